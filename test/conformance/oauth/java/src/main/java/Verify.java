import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.net.URI;
import java.util.Set;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/** Verifies an access token by Nimbus and by Spring Security, and prints the agent each time: ISSUER JWKS AUDIENCE TOKEN. */
public final class Verify {
  public static void main(String[] given) throws Exception {
    String issuer = given[0];
    String keys = given[1];
    String audience = given[2];
    String token = given[3];
    System.out.println(byNimbus(issuer, keys, audience, token));
    System.out.println(bySpring(issuer, audience, token));
  }

  private static String byNimbus(String issuer, String keys, String audience, String token) throws Exception {
    var source = JWKSourceBuilder.<SecurityContext>create(URI.create(keys).toURL()).build();
    var processor = new DefaultJWTProcessor<SecurityContext>();
    processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(JWSAlgorithm.ES256, source));
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(
            audience,
            new JWTClaimsSet.Builder().issuer(issuer).build(),
            Set.of("sub", "iat", "exp", "jti", "client_id")));
    return processor.process(token, null).getSubject();
  }

  /** What a resource server does that is given the issuer alone: it finds the metadata (RFC 8414) and the keys. */
  private static String bySpring(String issuer, String audience, String token) {
    var decoder = NimbusJwtDecoder.withIssuerLocation(issuer).validateType(false).build();
    decoder.setJwtValidator(
        JwtValidators.createAtJwtValidator()
            .issuer(issuer)
            .audience(audience)
            .build());
    return decoder.decode(token).getSubject();
  }
}
