# frozen_string_literal: true

module DmpGatewayTestKit
  # What the gateway says of itself, and whether it is so.
  class CapabilityGroup < Inferno::TestGroup
    id :dmp_gateway_capability
    title 'Capability statement'
    description 'GET metadata tells what is served, in JSON and XML.'

    test do
      extend Requirements
      include Exchange

      id :capability_statement
      title 'The statement is that of a running FHIR R4 server'
      covers 'CS-01', 'CS-02', 'CS-03'

      run do
        statement = expect_status(200, ask(:professional, :get, '/metadata')).json
        expect_equal 'CapabilityStatement', statement['resourceType'], 'resourceType'
        expect_equal '4.0.1', statement['fhirVersion'], 'fhirVersion'
        expect_equal 'instance', statement['kind'], 'kind'
        assert statement['implementation'], 'an instance tells its implementation'
        %w[application/fhir+json application/fhir+xml].each do |format|
          assert statement['format'].include?(format), "the format #{format} is not declared"
        end
        assert statement['patchFormat'].to_a.include?(Exchange::JSON_PATCH), 'JSON Patch is not declared'
      end
    end

    test do
      extend Requirements
      include Exchange

      id :capability_interactions
      title 'The interactions of PDSm are declared'
      covers 'CS-05', 'CS-07'

      run do
        rest = expect_status(200, ask(:professional, :get, '/metadata')).json['rest'].first
        assert rest['interaction'].to_a.any? { |one| one['code'] == 'transaction' }, 'the transaction is not declared'
        { 'DocumentReference' => %w[create read patch search-type], 'List' => %w[read search-type],
          'Binary' => %w[read] }.each do |type, codes|
          declared = rest['resource'].find { |one| one['type'] == type }.to_h['interaction'].to_a.map { |one| one['code'] }
          missing = codes - declared
          assert missing.empty?, "#{type}: #{missing.join(', ')} not declared"
        end
      end
    end

    test do
      extend Requirements
      include Exchange

      id :capability_parameters
      title 'Every declared search parameter of DocumentReference is understood'
      covers 'CS-06'

      run do
        rest = expect_status(200, ask(:professional, :get, '/metadata')).json['rest'].first
        declared = rest['resource'].find { |one| one['type'] == 'DocumentReference' }['searchParam']
        names = declared.map { |one| one['name'] }
        expect_equal names.uniq, names, 'the names of the parameters are unique'
        values = { 'date' => '2020', 'token' => 'none', 'string' => 'none', 'reference' => "DocumentReference/#{SecureRandom.uuid}" }
        declared.reject { |one| one['name'].start_with?('patient', 'subject') || one['name'] == 'status' }.each do |one|
          next unless values.key?(one['type'])

          value = one['name'] == '_id' ? SecureRandom.uuid : values[one['type']]
          answer = ask(:professional, :get, documents("&#{one['name']}=#{value}"), headers: { 'Prefer' => 'handling=strict' })
          told = answer.json.fetch('issue', []).map { |issue| issue['code'] }
          assert !told.include?('not-supported'), "#{one['name']} is declared and not supported"
        end
      end
    end

    test do
      extend Requirements
      include Exchange

      id :capability_xml
      title 'The statement and errors are given in XML'
      covers 'CN-02', 'CN-03', 'ER-01'

      run do
        xml = { 'Accept' => 'application/fhir+xml' }
        answer = expect_status(200, ask(:professional, :get, '/metadata', headers: xml))
        assert answer.header('content-type').start_with?('application/fhir+xml'), 'the statement is not in XML'
        assert answer.body.include?('<CapabilityStatement'), 'the body is no CapabilityStatement'
        answer = expect_status(404, ask(:professional, :get, '/nowhere', headers: xml))
        assert answer.body.include?('<OperationOutcome'), 'the error is not in XML'
        answer = expect_status(200, ask(:professional, :get, '/metadata?_format=json', headers: xml))
        assert answer.header('content-type').start_with?('application/fhir+json'), '_format does not decide before Accept'
      end
    end

    test do
      extend Requirements
      include Exchange

      id :capability_errors
      title 'What is not offered is 404, 405, 406 or 415, each with one OperationOutcome'
      covers 'CN-06', 'CS-05', 'ER-04', 'RV-08'

      run do
        expect_outcome 404, ask(:professional, :get, '/Observation/1')
        refused = expect_outcome(405, ask(:professional, :delete, "/DocumentReference/#{SecureRandom.uuid}"))
        assert refused.header('allow').include?('GET'), 'a 405 tells what is allowed'
        expect_status 406, ask(:professional, :get, '/metadata', headers: { 'Accept' => 'text/html' })
        expect_outcome 415, ask(:professional, :post, '/DocumentReference', body: 'x', headers: { 'Content-Type' => 'text/plain' })
      end
    end
  end
end
