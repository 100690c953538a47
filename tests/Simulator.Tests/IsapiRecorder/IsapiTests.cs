using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace AvGateway.Simulator.Tests.IsapiRecorder;

/// <summary>What the transcripts do not show: log-in, time that passes, the unkind switches.</summary>
public sealed partial class IsapiTests
{
    private const string Info = "/ISAPI/System/deviceInfo";
    private const string Start = "PUT /ISAPI/ContentMgmt/record/control/manual/start/tracks/101 HTTP/1.1\r\nContent-Length: 0\r\n\r\n";

    [Fact]
    public void A_digest_is_asked_for_checked_and_grows_old()
    {
        using var bench = new Bench("isapi-recorder", user: "admin", password: "court");
        bench.Switch("nonce-lasts", "2");
        var client = bench.Connect();
        var nonce = Nonce(client.Ask(Get(Info)));

        Assert.StartsWith("HTTP/1.1 401 ", client.Ask(Get(Info, Answer(nonce, "wrong"))), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200 ", client.Ask(Get(Info, Answer(nonce, "court"))), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200 ", client.Ask(Get(Info, Answer(nonce, "court"))), StringComparison.Ordinal);
        var old = client.Ask(Get(Info, Answer(nonce, "court")));
        Assert.Contains("stale=true", old, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200 ", client.Ask(Get(Info, Answer(Nonce(old), "court"))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_grows_with_the_time_and_stands_still_when_it_is_wished_to()
    {
        using var bench = new Bench("isapi-recorder");
        bench.Connect().Say(Start);
        bench.Pass("10s");
        Assert.Equal(10L, (long)bench.State("seconds"));
        bench.Switch("no-growth", "true");
        bench.Pass("10s");
        Assert.Equal((10L, "recording"), ((long)bench.State("seconds"), (string?)bench.State("recorder")));
        bench.Switch("no-growth", "false");
        bench.Pass("5s");
        Assert.Equal(15L, (long)bench.State("seconds"));
    }

    [Theory]
    [InlineData("stops-by-itself", "\"5s\""), InlineData("disk-status", "\"error\"")]
    public void A_recording_ends_by_what_ends_it(string name, string value)
    {
        using var bench = new Bench("isapi-recorder");
        if (name == "stops-by-itself") bench.Switch(name, value);
        bench.Connect().Say(Start);
        bench.Pass("5s");
        if (name != "stops-by-itself") bench.Switch(name, value);

        Assert.Equal("stopped", (string?)bench.State("recorder"));
        Assert.Equal(1, (int)bench.State("files"));
    }

    [Fact]
    public void Frozen_says_yes_and_a_bad_disk_says_no()
    {
        using var bench = new Bench("isapi-recorder");
        bench.Switch("frozen", "true");
        var client = bench.Connect();
        Assert.Contains("<statusCode>1</statusCode>", client.Ask(Start), StringComparison.Ordinal);
        Assert.Equal("stopped", (string?)bench.State("recorder"));
        bench.Switch("frozen", "false");
        bench.Switch("disk-status", "\"notexist\"");
        Assert.Contains("<statusCode>3</statusCode>", client.Ask(Start), StringComparison.Ordinal);
    }

    [Fact]
    public void The_clock_is_local_and_may_be_wrong_or_without_its_zone()
    {
        using var bench = new Bench("isapi-recorder");
        var client = bench.Connect();
        Assert.Contains("<localTime>2023-11-20T16:00:01+08:00</localTime>", client.Ask(Get("/ISAPI/System/time")), StringComparison.Ordinal);
        bench.Switch("clock-offset", "95");
        bench.Switch("names-no-zone", "true");
        Assert.Contains("<localTime>2023-11-20T16:01:36</localTime>", client.Ask(Get("/ISAPI/System/time")), StringComparison.Ordinal);
    }

    private static string Get(string path, string authorization = "") => $"GET {path} HTTP/1.1\r\n{authorization}\r\n";

    private static string Nonce(string answer) => NonceField().Match(answer).Groups[1].Value;

    private static string Answer(string nonce, string password)
    {
        var response = Md5($"{Md5($"admin:IP Recorder:{password}")}:{nonce}:00000001:c:auth:{Md5($"GET:{Info}")}");
        return $"Authorization: Digest username=\"admin\", realm=\"IP Recorder\", nonce=\"{nonce}\", uri=\"{Info}\", qop=auth, nc=00000001, cnonce=\"c\", response=\"{response}\"\r\n";
    }

#pragma warning disable CA5351 // What the devices speak.
    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351

    [GeneratedRegex("nonce=\"([^\"]+)\"")]
    private static partial Regex NonceField();
}
