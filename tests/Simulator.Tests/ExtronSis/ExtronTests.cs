using System.Text;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Tests.ExtronSis;

/// <summary>What the transcripts do not show: several sessions, transports, time that passes, bad input, any cut of the stream.</summary>
public sealed class ExtronTests
{
    private const string Small = """{"inputs":4,"outputs":3}""";

    [Theory]
    [InlineData(LinkKind.Tcp, "0")]
    [InlineData(LinkKind.Serial, "1")]
    public void Verbose_mode_begins_as_the_transport_has_it(LinkKind kind, string mode)
    {
        using var bench = new Bench("extron-sis", Small);
        var client = bench.Connect(kind);
        client.Take();

        Assert.Equal(mode + "\r\n", client.Ask("\eCV\r"));
    }

    [Fact]
    public void Only_verbose_sessions_hear_of_each_other()
    {
        using var bench = new Bench("extron-sis", Small);
        var serial = bench.Connect(LinkKind.Serial);
        var silent = bench.Connect();
        var verbose = bench.Connect();
        verbose.Ask("\e3CV\r");
        serial.Take();
        silent.Take();

        Assert.Equal("Out01 In04 All\r\n", silent.Ask("4*1!"));
        Assert.Equal("Out01 In04 All\r\n", serial.Take());
        Assert.Equal("Out01 In04 All\r\n", verbose.Take());
        Assert.Equal("Qik\r\n", verbose.Ask("\e+Q1*1!2*2!\r"));
        Assert.Equal("", silent.Take());
        Assert.Equal("Qik\r\n", serial.Take());
    }

    [Fact]
    public void Verbose_mode_is_lost_with_the_connection_and_kept_on_a_line()
    {
        using var bench = new Bench("extron-sis", Small);
        bench.Connect().Ask("\e3CV\r");
        var again = bench.Connect();
        again.Take();
        Assert.Equal("0\r\n", again.Ask("\eCV\r"));

        var line = bench.Connect(LinkKind.Serial);
        line.Ask("\e3CV\r");
        bench.Switch("half-open", "true");
        bench.Switch("half-open", "false");
        Assert.False(line.Closed);
        Assert.Equal("Vrb3\r\n", line.Ask("\eCV\r"));
    }

    [Fact]
    public void A_quiet_telnet_connection_is_closed_after_five_minutes_and_a_line_is_not()
    {
        using var bench = new Bench("extron-sis", Small);
        var telnet = bench.Connect();
        var line = bench.Connect(LinkKind.Serial);
        bench.Pass("299s");
        telnet.Say("Q");
        bench.Pass("299s");
        Assert.False(telnet.Closed);
        bench.Pass("1s");

        Assert.True(telnet.Closed);
        Assert.False(line.Closed);
    }

    [Fact]
    public void A_burst_of_busy_counts_down()
    {
        using var bench = new Bench("extron-sis", Small);
        bench.Switch("busy", "2");
        var client = bench.Connect();
        client.Take();

        Assert.Equal(["E22\r\n", "E22\r\n", "1.05\r\n"], Enumerable.Range(0, 3).Select(_ => client.Ask("Q")));
    }

    [Fact]
    public void A_user_cannot_change_what_only_the_administrator_may()
    {
        using var bench = new Bench("extron-sis", """{"inputs":4,"outputs":3,"userPassword":"guest"}""", password: "secret");
        var client = bench.Connect();
        client.Take();

        // CR in front of the password, as some clients send it, is no attempt.
        Assert.Equal("\r\nLogin User\r\n", client.Ask("\rguest\r"));
        Assert.Equal("Out01 In02 All\r\n", client.Ask("2*1!"));
        Assert.Equal("E24\r\n", client.Ask("\e1BOOT\r"));
        Assert.Equal("E24\r\n", client.Ask("3,"));
    }

    [Fact]
    public void Nothing_is_done_before_login_and_a_loop_of_prompts_never_lets_in()
    {
        using var bench = new Bench("extron-sis", Small, password: "secret");
        bench.Switch("password-loop", "true");
        var client = bench.Connect();
        client.Take();

        Assert.Equal("\r\nPassword:", client.Ask("4*1!\r"));
        Assert.Equal("\r\nPassword:", client.Ask("secret\r"));
        Assert.Equal(1, bench.State("video.0").GetValue<int>());
        Assert.DoesNotContain("Password", bench.Connect(LinkKind.Serial).Take(), StringComparison.Ordinal);
    }

    [Fact]
    public void Telnet_negotiation_is_no_command()
    {
        using var bench = new Bench("extron-sis", Small);
        bench.Switch("telnet-negotiation", "true");
        var client = bench.Connect();
        Assert.Equal([0xFF, 0xFD, 0x18], client.TakeBytes()[..3]);

        client.Say([0xFF, 0xFC, 0x18, 0xFF, 0xFE, 0x01, (byte)'1', 0xFF, 0xFA, (byte)'Q', 0xFF, 0xF0, (byte)'!']);
        Assert.Equal("01\r\n", client.Take());
    }

    [Theory]
    [InlineData("temperature", "60", "140.00 753 774 1 1")]
    [InlineData("fan-2", "0", "78.80 753 0 1 1")]
    [InlineData("supply-1", "false", "78.80 753 774 0 1")]
    public void Health_shows_in_the_status(string name, string value, string end)
    {
        using var bench = new Bench("extron-sis", Small);
        bench.Switch(name, value);
        var client = bench.Connect();
        client.Take();

        Assert.EndsWith(end + "\r\n", client.Ask("S"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_signal_shows()
    {
        using var bench = new Bench("extron-sis", Small);
        bench.Switch("signal-lost", "[2,4]");
        var client = bench.Connect();
        client.Take();

        Assert.Equal("1010\r\n", client.Ask("0LS"));
    }

    [Fact]
    public void Tags_of_identity_can_be_had()
    {
        using var bench = new Bench("extron-sis", Small);
        bench.Switch("tagged-identity", "true");
        var client = bench.Connect();
        client.Ask("\e3CV\r");

        Assert.Equal("Pno60-0000-01\r\nVer01*1.05\r\nInf00*V4X3 A4X3\r\n", client.Ask("NQI"));
    }

    [Theory]
    [InlineData("refuse", "true", "E14\r\n", 2)]
    [InlineData("refuse", "22", "E22\r\n", 2)]
    [InlineData("refuse", "\"E24\"", "E24\r\n", 2)]
    [InlineData("frozen", "true", "Out02 In04 All\r\n", 2)]
    [InlineData("seed", "3", "Out02 In04 All\r\n", 4)]
    public void A_tie_is_refused_or_only_confirmed_when_told_so(string name, string value, string answer, int input)
    {
        using var bench = new Bench("extron-sis", Small);
        bench.Switch(name, value);
        var client = bench.Connect();
        client.Take();

        Assert.Equal(answer, client.Ask("4*2!"));
        Assert.Equal(input, bench.State("video.1").GetValue<int>());
    }

    [Fact]
    public void Presets_hold_all_planes_and_survive_a_restart()
    {
        using var bench = new Bench("extron-sis", Small);
        bench.Switch("preset-time", "false");
        var client = bench.Connect();
        client.Take();
        client.Ask("4*1%3*1$5,");
        client.Ask("1*!");
        Assert.Equal("Boot1\r\n", client.Ask("\e1BOOT\r"));
        Assert.True(client.Closed);
        bench.Pass("1m");

        var again = bench.Connect();
        again.Take();
        Assert.Equal("Rpr05\r\n04\r\n03\r\n", again.Ask("5.1%1$"));
        Assert.Equal("E11\r\nE11\r\n", again.Ask("0.33."));
    }

    [Fact]
    public void A_locked_front_panel_does_nothing()
    {
        using var bench = new Bench("extron-sis", Small);
        bench.Connect().Ask("1X");

        Assert.Equal(Devices.ControlFault.Impossible, bench.Press("route", """{"input":1,"output":2}""")?.Fault);
        Assert.Equal(2, bench.State("video.1").GetValue<int>());
    }

    [Fact]
    public void One_connection_too_many_is_told_so_and_closed()
    {
        using var bench = new Bench("extron-sis", Small);
        bench.Switch("max-connections", "1");
        bench.Connect();
        var second = bench.Connect();

        Assert.Equal("E26\r\n", second.Take());
        Assert.True(second.Closed);
    }

    [Fact]
    public void Any_cut_gives_the_same_answers()
    {
        using var bench = new Bench("extron-sis", Small);
        var whole = Encoding.Latin1.GetBytes("\r\n\e3CV\r4*1!\e+Q2*2!1*3$|0LS\e\e3CV\r1234!");
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            bench.Device.Reset();
            var client = bench.Connect();
            client.Take();
            client.Say(whole[..cut]);
            client.Say(whole[cut..]);

            Assert.Equal("Vrb3\r\nOut01 In04 All\r\nQik\r\nFrq00 1111\r\nVrb3\r\nE10\r\n", client.Take());
        }
    }

    [Theory]
    [InlineData("4*0!", "E12\r\n")]
    [InlineData("5*1!", "E01\r\n")]
    [InlineData("5*!", "E01\r\n")]
    [InlineData("2*2B", "E13\r\n")]
    [InlineData("1*65V", "E13\r\n")]
    [InlineData("1*99G", "E13\r\n")]
    [InlineData("3X", "E13\r\n")]
    [InlineData("?", "E10\r\n")]
    [InlineData("\e4CV\r", "E13\r\n")]
    [InlineData("\eD1*999GRPM\r", "E13\r\n")]
    [InlineData("\eNONSENSE\r", "E10\r\n")]
    [InlineData("\e+Q3*4\r", "E10\r\n")]
    [InlineData("\e+Q3*4!\r", "E12\r\n")]
    public void Bad_input_gets_its_code(string command, string code)
    {
        using var bench = new Bench("extron-sis", Small);
        var client = bench.Connect();
        client.Take();

        Assert.Equal(code, client.Ask(command));
    }
}
