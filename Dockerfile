# A static binary and nothing else, for an account that is nobody. `.ci/empty-root` builds and runs the same where no Docker is.
FROM rust:1.95-slim AS build
WORKDIR /build
# OpenSSL, which verifies OCSP answers, is built from its sources.
RUN apt-get update -q && apt-get install -yq --no-install-recommends make perl && rm -rf /var/lib/apt/lists/*
COPY . .
# With --target the flags are those of the binary alone; build scripts and macros stay dynamic.
# A static binary cannot look whether the C library has getrandom, and would read /dev/urandom, which an empty root has not:
# so the system call is chosen here.
RUN target=$(rustc -vV | sed -n 's/^host: //p') \
 && RUSTFLAGS='-C target-feature=+crt-static --cfg getrandom_backend="linux_getrandom"' cargo build --locked --release --features openssl --bin dmp-gateway --target "$target" \
 && install -m 755 "target/$target/release/dmp-gateway" /dmp-gateway

FROM scratch
COPY --from=build /dmp-gateway /dmp-gateway
USER 65532:65532
EXPOSE 8443
ENTRYPOINT ["/dmp-gateway"]
CMD ["serve", "--config", "/etc/dmp-gateway/gateway.toml"]
