# frozen_string_literal: true

module DmpGatewayTestKit
  # Find Document Lists.
  class Iti66Group < Inferno::TestGroup
    id :dmp_gateway_iti66
    title 'ITI-66: submission sets'
    description 'Submission sets are found and read.'

    test do
      extend Requirements
      include Exchange

      id :iti66_find
      title 'A submission set is found by its uniqueId, by address and by form, and read'
      covers 'SE-01', 'SE-02'

      run do
        filed = fixture
        expect_status 200, ask(:professional, :post, '/', body: filed.read('submission'))
        unique = URI.encode_www_form_component("#{Exchange::IDENTIFIER}|#{filed.oid(:set)}")
        query = "#{patient}&code=submissionset&status=current&identifier=#{unique}"
        found = expect_status(200, ask(:professional, :get, "/List?#{query}")).json
        expect_equal 1, found['total'], 'the total'
        list = found['entry'].first['resource']
        expect_equal 1, list['entry'].length, 'the documents of the set'
        form = { 'Content-Type' => 'application/x-www-form-urlencoded' }
        posted = expect_status(200, ask(:professional, :post, '/List/_search', body: query, headers: form)).json
        expect_equal 1, posted['total'], 'the total of the search by form'
        read = expect_status(200, ask(:professional, :get, "/List/#{list['id']}")).json
        expect_equal list['identifier'], read['identifier'], 'the identifiers'
      end
    end

    test do
      extend Requirements
      include Exchange

      id :iti66_missing
      title 'A search of lists without a code is 400'
      covers 'SE-11'

      run { expect_outcome 400, ask(:professional, :get, "/List?#{patient}&status=current") }
    end

    test do
      extend Requirements
      include Exchange

      id :iti66_refused
      title 'Who may not read the record is refused its lists'
      covers 'SE-16'

      run { expect_outcome 403, ask(:outsider, :get, "/List?#{patient}&code=submissionset&status=current") }
    end
  end
end
