namespace AvGateway.Simulator.Tests.Tesira;

/// <summary>What the transcripts do not show: log-in, other clients, the end of subscriptions, any cut of the stream.</summary>
public sealed class TesiraTests
{
    private const string Calm = """{"serialNumber":"1"}""";

    [Fact]
    public void A_change_is_published_to_whoever_has_subscribed_and_to_nobody_else()
    {
        using var bench = new Bench("tesira", Calm);
        var (one, other) = (bench.Connect(), bench.Connect());
        one.TakeBytes();
        other.TakeBytes();

        Assert.Equal("+OK\r\n! \"publishToken\":\"a\" \"value\":false\r\n", one.Ask("Level1 subscribe mute 2 a 500\n"));
        Assert.Equal("+OK\r\n", other.Ask("Level1 set mute 2 true\n"));
        Assert.Equal("! \"publishToken\":\"a\" \"value\":true\r\n", one.Take());
        Assert.Equal("+OK\r\n", other.Ask("Level1 set mute 2 true\n"));
        Assert.Equal("", one.Take());
        bench.Switch("no-publish", "true");
        other.Ask("Level1 set mute 2 false\n");
        Assert.Equal("", one.Take());
    }

    [Fact]
    public void Without_its_password_nothing_is_done()
    {
        using var bench = new Bench("tesira", Calm, password: "court");
        bench.Switch("telnet-negotiation", "false");
        var client = bench.Connect();

        Assert.Equal("\r\nlogin: ", client.Take());
        Assert.Equal("Password: ", client.Ask("default\n"));
        Assert.Equal("\r\nLogin incorrect\r\nlogin: ", client.Ask("wrong\n"));
        Assert.Equal("Password: ", client.Ask("default\r\n"));
        Assert.EndsWith("Welcome to the Tesira Text Protocol Server...\r\n\r\n", client.Ask("court\r\n"), StringComparison.Ordinal);
        Assert.Equal("+OK \"value\":\"1\"\r\n", client.Ask("DEVICE get serialNumber\n"));
    }

    [Fact]
    public void Mutes_survive_the_mains_and_subscriptions_do_not()
    {
        using var bench = new Bench("tesira", Calm);
        bench.Connect().Say("Level1 subscribe mute 2 a 500\nLevel1 set mute 2 true\n");
        bench.Press("power-cycle");
        bench.Pass("60s");
        var client = bench.Connect();
        client.TakeBytes();

        Assert.Equal("+OK \"value\":true\r\n", client.Ask("Level1 get mute 2\n"));
        bench.Press("mute", """{"tag":"Level1","channel":2,"muted":false}""");
        Assert.Equal("", client.Take());
    }

    [Fact]
    public void A_frozen_server_says_yes_and_does_nothing_and_a_fault_is_in_its_list()
    {
        using var bench = new Bench("tesira", Calm);
        var client = bench.Connect();
        client.TakeBytes();
        bench.Switch("frozen", "true");
        bench.Switch("fault", "true");

        Assert.Equal("+OK\r\n", client.Ask("Mute1 set mute 1 true\n"));
        Assert.Equal("+OK \"value\":false\r\n", client.Ask("Mute1 get mute 1\n"));
        Assert.Contains("INDICATOR_MAJOR_IN_DEVICE", client.Ask("DEVICE get activeFaultList\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_cut_gives_the_same_answers()
    {
        byte[] whole = [0xFF, 0xFE, 0x01, .. "Level1 get mute 1\n\"Court Mics\" get level 2\r\n"u8];
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            using var bench = new Bench("tesira", Calm);
            var client = bench.Connect();
            client.TakeBytes();
            client.Say(whole[..cut]);
            client.Say(whole[cut..]);
            Assert.Equal("+OK \"value\":false\r\n+OK \"value\":0.000000\r\n", client.Take());
        }
    }
}
