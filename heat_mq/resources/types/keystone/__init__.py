"""OS::Keystone::*: for administrators."""
