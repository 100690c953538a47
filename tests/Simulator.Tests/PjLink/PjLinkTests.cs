namespace AvGateway.Simulator.Tests.PjLink;

/// <summary>What the transcripts do not show: time, several clients, bad input, any cut of the stream.</summary>
public sealed class PjLinkTests
{
    [Fact]
    public void Each_connection_gets_another_random_number_and_a_digest_of_the_first_is_no_use_on_the_second()
    {
        using var bench = new Bench("pjlink", """{"random":"498e4a67"}""", password: "JBMIAProjectorLink");
        var first = bench.Connect();
        var second = bench.Connect();

        Assert.Equal("PJLINK 1 498e4a67\r", first.Take());
        var other = second.Take();
        Assert.Matches("^PJLINK 1 [0-9a-f]{8}\r$", other);
        Assert.NotEqual("PJLINK 1 498e4a67\r", other);
        Assert.Equal("%1POWR=1\r", first.Ask("5d8409bc1c3fa39749434aa3a5c38682%1POWR ?\r"));
        Assert.Equal("%1CLSS=2\r", first.Ask("%1CLSS ?\r"));
        Assert.Equal("PJLINK ERRA\r", second.Ask("5d8409bc1c3fa39749434aa3a5c38682%1POWR ?\r"));
    }

    [Fact]
    public void A_rejected_client_is_closed_after_thirty_seconds_and_hears_nothing_meanwhile()
    {
        using var bench = new Bench("pjlink", password: "x");
        var client = bench.Connect();
        client.Take();

        Assert.Equal("PJLINK ERRA\r", client.Ask("%1POWR ?\r"));
        Assert.Equal("", client.Ask("%1POWR ?\r"));
        bench.Pass("29s");
        Assert.False(client.Closed);
        bench.Pass("1s");
        Assert.True(client.Closed);
    }

    [Fact]
    public void An_idle_connection_is_closed_thirty_seconds_after_the_last_answer()
    {
        using var bench = new Bench("pjlink");
        var client = bench.Connect();
        bench.Pass("29s");
        client.Ask("%1POWR ?\r");
        bench.Pass("29s");
        Assert.False(client.Closed);
        bench.Pass("1s");
        Assert.True(client.Closed);
    }

    [Fact]
    public void Warming_and_cooling_take_their_time_and_refuse_what_would_disturb_them()
    {
        using var bench = new Bench("pjlink", """{"power":"standby"}""");
        bench.Switch("warm-up", "\"20s\"");
        bench.Switch("cool-down", "\"25s\"");
        var client = bench.Connect();
        client.Take();

        Assert.Equal("%1POWR=OK\r%1POWR=3\r%1INPT=ERR3\r%1POWR=ERR3\r", client.Ask("%1POWR 1\r%1POWR ?\r%1INPT 31\r%1POWR 0\r"));
        bench.Pass("20s");
        Assert.Equal("%1POWR=1\r%1POWR=OK\r%1INPT=OK\r%1INPT=31\r", client.Ask("%1POWR ?\r%1POWR 1\r%1INPT 31\r%1INPT ?\r"));
        Assert.Equal("%1POWR=OK\r%1POWR=2\r%1POWR=ERR3\r", client.Ask("%1POWR 0\r%1POWR ?\r%1POWR 1\r"));
        bench.Pass("25s");
        Assert.Equal("%1POWR=0\r", client.Ask("%1POWR ?\r"));
    }

    [Fact]
    public void Mains_that_fail_leave_a_lamp_in_standby_unless_it_wakes_with_them()
    {
        using var bench = new Bench("pjlink");
        bench.Press("power-cycle");
        bench.Pass("5s");
        Assert.Equal("standby", bench.State("power").GetValue<string>());

        bench.Switch("direct-on", "true");
        bench.Press("power-cycle");
        bench.Pass("5s");
        Assert.Equal("warming", bench.State("power").GetValue<string>());
    }

    [Fact]
    public void Any_cut_gives_the_same_answers()
    {
        const string Requests = "%1CLSS ?\r%2SNUM ?\r%1LAMP ?\r";
        using var bench = new Bench("pjlink", """{"serialNumber":"A1","lamps":2,"lampHours":90}""");
        for (var cut = 0; cut <= Requests.Length; cut++)
        {
            var client = bench.Connect();
            client.Take();
            client.Say(Requests[..cut]);
            client.Say(Requests[cut..]);

            Assert.Equal("%1CLSS=2\r%2SNUM=A1\r%1LAMP=90 1 90 1\r", client.Take());
            client.Leave();
        }
    }

    [Fact]
    public void An_endless_line_gets_no_answer_and_does_not_grow()
    {
        using var bench = new Bench("pjlink");
        var client = bench.Connect();
        client.Take();

        for (var i = 0; i < 1000; i++) client.Say(new string('x', 1000));
        Assert.Equal("", client.Ask("\r"));
        Assert.Equal("%1CLSS=2\r", client.Ask("%1CLSS ?\r"));
    }

    [Fact]
    public void A_second_client_is_turned_away_where_one_is_all()
    {
        using var bench = new Bench("pjlink");
        bench.Switch("one-client", "true");
        var first = bench.Connect();
        var second = bench.Connect();

        Assert.Equal("PJLINK 0\r", first.Take());
        Assert.True(second.Closed);
        Assert.Equal("", second.Take());
    }

    [Theory]
    [InlineData("error-fan", "100000")]
    [InlineData("error-lamp", "010000")]
    [InlineData("error-temperature", "001000")]
    [InlineData("error-cover", "000100")]
    [InlineData("error-filter", "000010")]
    [InlineData("error-other", "000001")]
    public void Each_error_has_its_digit(string name, string digits)
    {
        using var bench = new Bench("pjlink");
        bench.Switch(name, "1");
        var client = bench.Connect();
        client.Take();

        Assert.Equal($"%1ERST={digits}\r", client.Ask("%1ERST ?\r"));
    }
}
