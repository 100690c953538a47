using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Tests.KramerP3000;

/// <summary>Framing, routes and who is told: what every client of the switcher meets.</summary>
public sealed class KramerTests
{
    private const string Old = """{"profile":"old","inputs":4,"outputs":3}""";
    private const string Newer = """{"profile":"vs-uhd","inputs":4,"outputs":3}""";
    private const string Seamless = """{"profile":"vsm","inputs":4,"outputs":3}""";

    [Theory]
    [InlineData("#\r", "~01@ OK\r\n")]
    [InlineData("#MODEL?\r", "~01@MODEL VS-88UHD\r\n")]
    [InlineData("#VERSION?\r\n", "~01@VERSION 1.02.0033\r\n")]
    [InlineData("#SN?\r", "~01@SN 12345678901234\r\n")]
    [InlineData("#NAME?\r", "~01@NAME KRAMER-court-1\r\n")]
    [InlineData("#BUILD-DATE?\r", "~01@BUILD-DATE 2019/03/11 10:12:05\r\n")]
    [InlineData("#PROT-VER?\r", "~01@PROT-VER 3000:2.4\r\n")]
    [InlineData("#INFO-IO?\r", "~01@INFO-IO IN 8,OUT 8\r\n")]
    [InlineData("#INFO-PRST?\r", "~01@INFO-PRST VID 60,AUD 0\r\n")]
    [InlineData("#NET-IP?\r", "~01@NET-IP 192.168.1.39\r\n")]
    [InlineData("#ETH-PORT? TCP\r", "~01@ETH-PORT TCP,5000\r\n")]
    public void It_says_what_it_is(string question, string answer)
    {
        using var bench = new Bench("kramer-p3000", """{"serialNumber":"12345678901234"}""");

        Assert.Equal(answer, bench.Connect().Ask(question));
    }

    [Theory]
    [InlineData("#VID 2>1\r", "~01@VID 2>1 OK\r\n", "[2,2,3]", "[1,2,3]")]
    [InlineData("#AUD 4>3\r", "~01@AUD 4>3 OK\r\n", "[1,2,3]", "[1,2,4]")]
    [InlineData("#AV 4>2\r", "~01@AV 4>2 OK\r\n", "[1,4,3]", "[1,4,3]")]
    [InlineData("#V 0>2\r", "~01@VID 0>2 OK\r\n", "[1,0,3]", "[1,2,3]")]
    [InlineData("#A 3>*\r", "~01@AUD 3>* OK\r\n", "[1,2,3]", "[3,3,3]")]
    [InlineData("#VID 3>1,4>2\r", "~01@VID 3>1,4>2 OK\r\n", "[3,4,3]", "[1,2,3]")]
    [InlineData("#VID 5>1\r", "~01@VID ERR003\r\n", "[1,2,3]", "[1,2,3]")]
    [InlineData("#VID 3>1,1>4\r", "~01@VID ERR003\r\n", "[1,2,3]", "[1,2,3]")]
    [InlineData("#VID 3\r", "~01@VID ERR001\r\n", "[1,2,3]", "[1,2,3]")]
    [InlineData("#VID\r", "~01@VID ERR001\r\n", "[1,2,3]", "[1,2,3]")]
    [InlineData("#ROUTE 1,1,2\r", "~01@ROUTE ERR002\r\n", "[1,2,3]", "[1,2,3]")]
    public void An_older_switcher_routes_by_VID_AUD_and_AV(string command, string answer, string video, string audio)
    {
        using var bench = new Bench("kramer-p3000", Old);

        Assert.Equal(answer, bench.Connect().Ask(command));
        Assert.Equal(video, bench.State("video").ToJsonString());
        Assert.Equal(audio, bench.State("audio").ToJsonString());
    }

    [Theory]
    [InlineData(Newer, "#ROUTE 1,2,4\r", "~01@ROUTE 1,2,4\r\n", "[1,4,3]", "[1,2,3]")]
    [InlineData(Newer, "#ROUTE 2,*,4\r", "~01@ROUTE 2,*,4\r\n", "[1,2,3]", "[4,4,4]")]
    [InlineData(Newer, "#ROUTE *,1,3\r", "~01@ROUTE *,1,3\r\n", "[3,2,3]", "[3,2,3]")]
    [InlineData(Newer, "#ROUTE 1,2,0\r", "~01@ROUTE 1,2,0\r\n", "[1,0,3]", "[1,2,3]")]
    [InlineData(Newer, "#ROUTE 1,2,5\r", "~01@ROUTE ERR003\r\n", "[1,2,3]", "[1,2,3]")]
    [InlineData(Newer, "#ROUTE 3,2,1\r", "~01@ROUTE ERR003\r\n", "[1,2,3]", "[1,2,3]")]
    [InlineData(Newer, "#ROUTE 1,4,1\r", "~01@ROUTE ERR003\r\n", "[1,2,3]", "[1,2,3]")]
    [InlineData(Newer, "#ROUTE 1,2\r", "~01@ROUTE ERR001\r\n", "[1,2,3]", "[1,2,3]")]
    [InlineData(Newer, "#VID 2>1\r", "~01@VID ERR002\r\n", "[1,2,3]", "[1,2,3]")]
    [InlineData(Seamless, "#ROUTE 1,2,5\r", "~01@ROUTE 1,2,5\r\n", "[1,0,3]", "[1,2,3]")]
    [InlineData(Seamless, "#ROUTE 1,2,0\r", "~01@ROUTE ERR003\r\n", "[1,2,3]", "[1,2,3]")]
    [InlineData(Seamless, "#ROUTE 1,2,6\r", "~01@ROUTE ERR003\r\n", "[1,2,3]", "[1,2,3]")]
    [InlineData("""{"inputs":4,"outputs":3,"off":"x"}""", "#ROUTE 1,2,x\r", "~01@ROUTE 1,2,x\r\n", "[1,0,3]", "[1,2,3]")]
    public void A_newer_switcher_routes_by_layer(string options, string command, string answer, string video, string audio)
    {
        using var bench = new Bench("kramer-p3000", options);

        Assert.Equal(answer, bench.Connect().Ask(command));
        Assert.Equal(video, bench.State("video").ToJsonString());
        Assert.Equal(audio, bench.State("audio").ToJsonString());
    }

    [Theory]
    [InlineData(Old, "#VID 0>2,4>3|VID? 2|VID? *|AUD? 2\r", "~01@VID 0>2,4>3 OK\r\n~01@VID 0>2\r\n~01@VID 1>1,0>2,4>3\r\n~01@AUD 2>2\r\n")]
    [InlineData(Newer, "#ROUTE 1,2,0|ROUTE? 1,*\r",
        "~01@ROUTE 1,2,0\r\n~01@ROUTE 1,1,1\r\n~01@ROUTE 1,2,0\r\n~01@ROUTE 1,3,3\r\n")]
    [InlineData(Seamless, "#ROUTE 1,2,5|ROUTE? 1,2\r", "~01@ROUTE 1,2,5\r\n~01@ROUTE 1,2,5\r\n")]
    public void Routes_are_read_as_they_were_written(string options, string command, string answer)
    {
        using var bench = new Bench("kramer-p3000", options);

        Assert.Equal(answer, bench.Connect().Ask(command));
    }

    [Fact]
    public void A_chain_gives_one_reply_for_each_command_and_goes_on_after_an_error()
    {
        using var bench = new Bench("kramer-p3000", Old);

        Assert.Equal("~01@VID 2>1 OK\r\n~01@VID ERR003\r\n~01@NONSENSE ERR002\r\n~01@ERR001\r\n~01@VID 3>2 OK\r\n",
            bench.Connect().Ask("#VID 2>1|VID 9>1|NONSENSE||VID 3>2\r"));
    }

    [Theory]
    [InlineData("MODEL?\r", "~01@ERR001\r\n")]
    [InlineData("\u007f\u0001#MODEL?\r", "~01@MODEL VS-88UHD\r\n")]
    [InlineData("#model?\r", "~01@model ERR002\r\n")]
    [InlineData("#MODEL x\r", "~01@MODEL ERR002\r\n")]
    [InlineData("\r\n\r\n", "")]
    public void Only_what_stands_behind_a_number_sign_is_a_command(string text, string answer)
    {
        using var bench = new Bench("kramer-p3000");

        Assert.Equal(answer, bench.Connect().Ask(text));
    }

    [Theory]
    [InlineData("#7@MODEL?\r", "~07@MODEL VS-88UHD\r\n")]
    [InlineData("#07@\r", "~07@ OK\r\n")]
    [InlineData("#MODEL?\r", "~07@MODEL VS-88UHD\r\n")]
    [InlineData("#1@MODEL?\r", "")]
    [InlineData("#01@\r", "")]
    [InlineData("#1@NONSENSE|ROUTE 1,1,2\r", "")]
    public void It_answers_to_its_own_machine_number_only(string text, string answer)
    {
        using var bench = new Bench("kramer-p3000", """{"machine":7}""");

        Assert.Equal(answer, bench.Connect(LinkKind.Serial).Ask(text));
        Assert.Equal(1, bench.State("video.0").GetValue<int>());
    }

    [Fact]
    public void A_line_of_64_characters_is_obeyed_and_a_longer_one_is_an_error_as_a_whole()
    {
        using var bench = new Bench("kramer-p3000", Old);
        var client = bench.Connect();
        var line = "#VID 2>1".PadRight(64);

        Assert.Equal("~01@ERR001\r\n", client.Ask(line + " \r"));
        Assert.Equal(1, bench.State("video.0").GetValue<int>());
        Assert.Equal("~01@VID 2>1 OK\r\n", client.Ask(line + "\r"));
    }

    [Fact]
    public void A_change_is_told_to_every_socket_and_to_the_serial_port()
    {
        using var bench = new Bench("kramer-p3000", Old);
        var asker = bench.Connect();
        var other = bench.Connect();
        var line = bench.Connect(LinkKind.Serial);

        Assert.Equal("~01@VID 3>2 OK\r\n", asker.Ask("#VID 3>2\r"));
        Assert.Equal("~01@VID 3>2\r\n", other.Take());
        Assert.Equal("~01@VID 3>2\r\n", line.Take());
        Assert.Equal("~01@LOCK-FP 1 OK\r\n", line.Ask("#LCK 1\r"));
        Assert.Equal(["~01@LOCK-FP 1\r\n", "~01@LOCK-FP 1\r\n"], [asker.Take(), other.Take()]);
    }

    [Fact]
    public void A_question_and_an_error_are_told_to_nobody_else()
    {
        using var bench = new Bench("kramer-p3000", Old);
        var other = bench.Connect();
        bench.Connect().Ask("#VID? *|VID 9>9|MODEL?|\r");

        Assert.Equal("", other.Take());
    }

    [Theory]
    [InlineData(Old, """{"input":4,"output":1}""", "~01@AV 4>1\r\n")]
    [InlineData(Old, """{"input":0,"output":1,"layer":"audio"}""", "~01@AUD 0>1\r\n")]
    [InlineData(Newer, """{"input":4,"output":1}""", "~01@ROUTE 1,1,4\r\n~01@ROUTE 2,1,4\r\n")]
    [InlineData(Newer, """{"input":4,"output":1,"layer":"video"}""", "~01@ROUTE 1,1,4\r\n")]
    [InlineData(Seamless, """{"input":0,"output":1,"layer":"video"}""", "~01@ROUTE 1,1,5\r\n")]
    public void A_route_by_hand_is_told_in_the_words_of_the_profile(string options, string args, string told)
    {
        using var bench = new Bench("kramer-p3000", options);
        var client = bench.Connect();

        Assert.Null(bench.Press("route", args));
        Assert.Equal(told, client.Take());
    }

    [Fact]
    public void Any_cut_gives_the_same_answers()
    {
        using var bench = new Bench("kramer-p3000", Old);
        const string Whole = "#\r\n#VID 2>1|AUD? *\r#1@MODEL?\r\r#9@MODEL?\rx#VID 9>9\r";
        for (var cut = 0; cut <= Whole.Length; cut++)
        {
            bench.Device.Reset();
            var client = bench.Connect();
            client.Say(Whole[..cut]);
            client.Say(Whole[cut..]);

            Assert.Equal("~01@ OK\r\n~01@VID 2>1 OK\r\n~01@AUD 1>1,2>2,3>3\r\n~01@MODEL VP-8x8\r\n~01@VID ERR003\r\n", client.Take());
        }
    }
}
