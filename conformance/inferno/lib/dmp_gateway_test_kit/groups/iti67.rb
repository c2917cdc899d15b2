# frozen_string_literal: true

module DmpGatewayTestKit
  # Find Document References.
  class Iti67Group < Inferno::TestGroup
    id :dmp_gateway_iti67
    title 'ITI-67: documents'
    description 'Documents are found by each parameter, by address and by form alike.'

    # Parameters with a value of the fixture's document and one that it has not.
    PARAMETERS = {
      'type' => %w[11488-4 34874-8],
      'category' => %w[10 11],
      'setting' => %w[AMBULATOIRE HAD],
      'facility' => %w[SA07 SA08],
      'format' => %w[urn:ihe:iti:xds:2017:mimeTypeSufficient urn:ihe:pcc:ips:2020],
      'security-label' => %w[N R],
      'date' => %w[ge2026-06-12 lt2026-06-12],
      'creation' => %w[2026-06-12 2026-06-13],
      'period' => %w[ge2026-06-12 lt2026-06-12],
      'author.family' => %w[dur martin],
      'author.given' => %w[Romuald Philippe],
      '_lastUpdated' => %w[ge2026-01-01 lt2026-01-01]
    }.freeze

    PARAMETERS.each do |name, (hit, miss)|
      test do
        extend Requirements
        include Exchange

        id :"iti67_#{name.downcase.tr('.-', '__').delete_prefix('_')}"
        title "A document is found by #{name}"
        covers 'SE-01', 'SE-04', 'SE-05', 'SE-07'

        run do
          document = fixture
          publish(document)
          query = "#{patient}&status=current#{by_unique_id(document)}&#{name}="
          form = { 'Content-Type' => 'application/x-www-form-urlencoded' }
          { hit => 1, miss => 0 }.each do |value, expected|
            got = expect_status(200, ask(:professional, :get, "/DocumentReference?#{query}#{value}")).json
            posted = expect_status(200, ask(:professional, :post, '/DocumentReference/_search', body: "#{query}#{value}", headers: form)).json
            expect_equal expected, got['total'], "the total for #{name}=#{value}"
            expect_equal expected, posted['total'], "the total by form for #{name}=#{value}"
          end
        end
      end
    end

    test do
      extend Requirements
      include Exchange

      id :iti67_missing
      title 'A search without a patient is 400'
      covers 'SE-11'

      run { expect_outcome 400, ask(:professional, :get, '/DocumentReference?status=current') }
    end

    test do
      extend Requirements
      include Exchange

      id :iti67_wrong
      title 'Wrong values and unknown modifiers are 400; unknown parameters only under strict handling'
      covers 'SE-09', 'SE-10'

      run do
        expect_outcome 400, ask(:professional, :get, documents('&date=yesterday'))
        expect_outcome 400, ask(:professional, :get, documents('&type:reversed=x'))
        lenient = expect_status(200, ask(:professional, :get, documents('&favourite=x&_count=1')))
        own = lenient.json['link'].find { |link| link['relation'] == 'self' }
        assert !own['url'].include?('favourite'), 'the self link tells a parameter that was ignored'
        expect_outcome 400, ask(:professional, :get, documents('&favourite=x'), headers: { 'Prefer' => 'handling=strict' })
      end
    end

    test do
      extend Requirements
      include Exchange

      id :iti67_pages
      title 'Pages follow each other, and are worth nothing to another caller'
      covers 'SE-12', 'SE-13'

      run do
        2.times { publish(fixture) }
        page = expect_status(200, ask(:professional, :get, documents('&_count=1'))).json
        assert page['total'] >= 2, 'the total counts all pages'
        following = page['link'].find { |link| link['relation'] == 'next' }
        assert following, 'there is no next page'
        second = expect_status(200, ask(:professional, :get, following['url'])).json
        ids = [page, second].map { |one| one['entry'].first['resource']['id'] }
        assert ids.uniq.length == 2, 'two pages show the same document'
        expect_status [400, 403, 404, 410], ask(:member, :get, following['url'])
      end
    end

    test do
      extend Requirements
      include Exchange

      id :iti67_refused
      title 'Who has no consent is refused, without a word on why'
      covers 'SE-16', 'ER-05'

      run { expect_outcome 403, ask(:outsider, :get, documents) }
    end
  end
end
