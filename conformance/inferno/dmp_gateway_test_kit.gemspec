# frozen_string_literal: true

require_relative 'lib/dmp_gateway_test_kit/version'

Gem::Specification.new do |spec|
  spec.name = 'dmp_gateway_test_kit'
  spec.version = DmpGatewayTestKit::VERSION
  spec.authors = ['the dmp-gateway authors']
  spec.summary = 'Inferno tests of a FHIR gateway to the French shared medical record (DMP)'
  spec.description = 'Mutual TLS, IHE MHD as PDSm and the DMP shape it, metadata patches, consents and the access log.'
  spec.license = 'Apache-2.0'
  spec.required_ruby_version = '>= 3.1'
  spec.files = Dir[File.join(__dir__, '{lib,config}', '**', '*')].select { |path| File.file?(path) }
                  .map { |path| path.delete_prefix("#{__dir__}/") } + ['README.md']
  spec.require_paths = ['lib']
  spec.add_runtime_dependency 'faraday', '>= 1.1', '< 3'
  spec.add_runtime_dependency 'inferno_core', '>= 0.5.0', '< 2'
  spec.metadata = { 'inferno_test_kit' => 'true', 'rubygems_mfa_required' => 'true' }
end
