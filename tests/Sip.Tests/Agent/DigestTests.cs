using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Sip.Tests;

public sealed class DigestTests
{
    [Theory]
    [InlineData("realm=\"court.example\", nonce=\"n1\"", "80633cc1c2d9566f6a473385147f1cd0")]
    [InlineData("realm=\"court.example\", nonce=\"n1\", qop=\"auth\"", "ea6ed51c77635ce618d1592b1b805d07")]
    [InlineData("realm=\"court.example\", nonce=\"n1\", qop=\"auth-int,auth\", algorithm=SHA-256",
        "86fd8869f5cbd6d22505c03f3f6d8b7e4288e25aca66be544bfef356c23da24b")]
    public void Vectors_of_our_own(string challenge, string response)
    {
        Assert.True(DigestChallenge.TryParse("Digest " + challenge, out var parsed));

        Assert.Equal(response, DigestAnswer.Response(parsed, "gw01", "s3cret", "REGISTER", "sip:court.example", 1, "c1"));
    }

    [Theory]
    [InlineData("MD5", "8ca523f5e9506fed4657c9700eebdbec")]
    [InlineData("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    public void Vectors_of_rfc_7616(string algorithm, string response)
    {
        var field = $"Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm={algorithm}, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
        Assert.True(DigestChallenge.TryParse(field, out var challenge));

        Assert.Equal(response, DigestAnswer.Response(challenge, "Mufasa", "Circle of Life", "GET", "/dir/index.html", 1,
            "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"));
    }

    [Theory]
    [InlineData("Basic realm=\"x\"")]
    [InlineData("Digest realm=\"x\"")]
    [InlineData("Digest nonce=\"x\"")]
    [InlineData("Digest realm=\"x\", nonce=\"y\", algorithm=SHA-512-256")]
    [InlineData("Digest realm=\"x\", nonce=\"y\", qop=\"auth-int\"")]
    [InlineData("Digest realm=\"x\", nonce=\"y\", realm=\"z\"")]
    [InlineData("Digest realm=\"x, nonce=y")]
    public void Challenges_that_we_cannot_answer_are_left_alone(string field) => Assert.False(DigestChallenge.TryParse(field, out _));

    [Fact]
    public void The_strongest_challenge_is_answered_and_the_count_goes_up_with_each_use_of_a_nonce()
    {
        var response = new SipResponse(401, "Unauthorized");
        response.Headers.Add("WWW-Authenticate", "Digest realm=\"r\", nonce=\"a\", algorithm=MD5, qop=\"auth\"")
            .Add("WWW-Authenticate", "Digest realm=\"r\", nonce=\"b\", algorithm=SHA-256, qop=\"auth\"").Add("WWW-Authenticate",
                "NoOneKnows x=y");
        var credentials = new SipCredentials("u", new Secret("p"));
        var challenge = DigestChallenge.Strongest(response, true)!;

        var first = credentials.Answer(challenge, "REGISTER", "sip:r")!;
        var second = credentials.Answer(challenge, "REGISTER", "sip:r")!;

        Assert.Contains("algorithm=SHA-256", first, StringComparison.Ordinal);
        Assert.Contains("nc=00000001", first, StringComparison.Ordinal);
        Assert.Contains("nc=00000002", second, StringComparison.Ordinal);
        Assert.DoesNotContain("\"p\"", first, StringComparison.Ordinal);
        Assert.False(credentials.WasWeak);
    }
}
