"""AWS::EC2::Instance: a Nova server in CloudFormation's words."""
