# frozen_string_literal: true

# Runs the kit without Inferno: as much of its DSL as the kit uses, so that the tests themselves can be tried where inferno_core cannot
# be installed. Needs faraday alone.
#
#   ruby dry_run.rb --list
#   ruby dry_run.rb PRESET [NAME=VALUE...]
#
# Exit status: 0 all passed or skipped, 1 some failed, 2 it was called wrongly.

require 'json'

module Inferno
  class Failed < StandardError; end
  class Skipped < StandardError; end

  # What suites, groups and tests have in common.
  class Runnable
    REGISTRY = {}

    class << self
      def id(name = nil)
        return @id if name.nil?

        REGISTRY[name.to_sym] = self
        @id = name.to_s
      end

      def title(text = nil)
        @title = text || @title
      end

      def description(_text) = nil

      def children
        @children ||= []
      end

      def inputs
        @inputs ||= []
      end

      def input(name, **options)
        inputs << [name, options]
      end

      def group(from:)
        children << REGISTRY.fetch(from)
      end

      def test(&block)
        children << Class.new(Test, &block)
      end

      def verifies_requirements(*ids)
        requirements.concat(ids)
      end

      def requirements
        @requirements ||= []
      end
    end
  end

  class TestSuite < Runnable; end
  class TestGroup < Runnable; end

  # One test.
  class Test < Runnable
    class << self
      def run(&block)
        define_method(:perform, &block)
      end
    end

    def initialize(inputs)
      super()
      inputs.each { |name, value| define_singleton_method(name) { value } }
    end

    def assert(truth, message = '')
      raise Failed, message unless truth
    end

    def skip(message = '')
      raise Skipped, message
    end
  end
end

require_relative 'lib/dmp_gateway_test_kit'

# Runs what Inferno would run, and tells it.
class DryRun
  def initialize(suite, inputs)
    @suite = suite
    @inputs = inputs
    @failed = 0
  end

  def run
    tests { |test| tell(test) }
    @failed.zero?
  end

  def tests(&block)
    @suite.children.flat_map(&:children).each(&block)
  end

  private

  def tell(test)
    word, why = result(test)
    @failed += 1 if word == 'FAILED'
    puts "#{word.ljust(8)}#{test.id}: #{test.title}#{" (#{why})" if why}"
  end

  def result(test)
    test.new(@inputs).perform
    ['passed', nil]
  rescue Inferno::Skipped => e
    ['skipped', e.message]
  rescue Inferno::Failed, StandardError => e
    ['FAILED', e.is_a?(Inferno::Failed) ? e.message : "#{e.class}: #{e.message} at #{e.backtrace.first}"]
  end
end

suite = DmpGatewayTestKit::Suite
if ARGV == ['--list']
  DryRun.new(suite, {}).tests { |test| puts [test.id, *test.requirements].join(' ') }
  exit
end

preset, *more = ARGV
unless preset && File.file?(preset)
  warn 'usage: ruby dry_run.rb --list | PRESET [NAME=VALUE...]'
  exit 2
end
inputs = suite.inputs.to_h { |name, options| [name, options[:default]] }
JSON.parse(File.read(preset))['inputs'].each { |input| inputs[input['name'].to_sym] = input['value'] }
more.each { |pair| pair.split('=', 2).then { |name, value| inputs[name.to_sym] = value } }
exit(DryRun.new(suite, inputs).run ? 0 : 1)
