# frozen_string_literal: true

require 'base64'
require 'digest'
require 'erb'
require 'json'
require 'securerandom'
require 'time'

module DmpGatewayTestKit
  # The bodies that are sent, each with numbers and content of its own.
  class Fixture
    FOLDER = File.join(__dir__, 'fixtures')

    # `values` are the names that the template asks for: ins, ins_system, author, structure and others.
    def initialize(values)
      @values = values
      @numbers = Hash.new { |numbers, name| numbers[name] = SecureRandom.uuid }
    end

    # A template, filled and parsed.
    def read(name)
      JSON.parse(ERB.new(File.read(File.join(FOLDER, "#{name}.json.erb"))).result(binding))
    end

    def uuid(name = :document)
      @numbers[name]
    end

    def oid(name = :document)
      "urn:oid:2.25.#{uuid(name).delete('-').to_i(16)}"
    end

    # The content of the document.
    def text
      "Compte rendu #{uuid}\n"
    end

    def data
      Base64.strict_encode64(text)
    end

    # FHIR's hash: base64 of the twenty bytes of SHA-1.
    def sha1
      Base64.strict_encode64(Digest::SHA1.digest(text))
    end

    def now
      Time.now.utc.strftime('%Y-%m-%dT%H:%M:%SZ')
    end

    def respond_to_missing?(name, include_private = false)
      @values.key?(name) || super
    end

    def method_missing(name, *arguments)
      @values.key?(name) ? @values[name] : super
    end
  end
end
