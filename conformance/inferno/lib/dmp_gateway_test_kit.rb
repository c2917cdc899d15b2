# frozen_string_literal: true

require_relative 'dmp_gateway_test_kit/version'
require_relative 'dmp_gateway_test_kit/metadata'
require_relative 'dmp_gateway_test_kit/suite'
