#!/bin/sh
echo "$greeting"
