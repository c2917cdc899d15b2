# frozen_string_literal: true

module DmpGatewayTestKit
  VERSION = '0.1.0'
end
