"""AWS::ElasticLoadBalancing::LoadBalancer: a nested stack whose server runs HAProxy."""
