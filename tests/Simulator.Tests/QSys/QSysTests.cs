namespace AvGateway.Simulator.Tests.QSys;

/// <summary>What the transcripts do not show: log-on, silence, the limit of change groups, any cut of the stream.</summary>
public sealed class QSysTests
{
    [Fact]
    public void Without_its_PIN_nothing_but_the_state_is_told()
    {
        using var bench = new Bench("qsys", password: "1234");
        var client = bench.Connect();
        client.Take();

        Assert.Contains("\"code\":10", client.Ask(Message("Control.Get", """["Mic1Mute"]""")), StringComparison.Ordinal);
        Assert.Contains("\"code\":10", client.Ask(Message("Logon", """{"User":"","Password":"1"}""")), StringComparison.Ordinal);
        Assert.Contains("\"result\":true", client.Ask(Message("Logon", """{"User":"","Password":"1234"}""")), StringComparison.Ordinal);
        Assert.Contains("Mic1Mute", client.Ask(Message("Control.Get", """["Mic1Mute"]""")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_that_says_nothing_for_a_minute_is_closed()
    {
        using var bench = new Bench("qsys");
        var client = bench.Connect();
        bench.Pass("59s");
        client.Ask(Message("NoOp", "{}"));
        bench.Pass("59s");
        Assert.False(client.Closed);
        bench.Pass("1s");
        Assert.True(client.Closed);
    }

    [Fact]
    public void A_client_has_four_change_groups_and_no_more()
    {
        using var bench = new Bench("qsys");
        var client = bench.Connect();
        client.Take();
        for (var i = 0; i < 4; i++)
            Assert.Contains("true", client.Ask(Message("ChangeGroup.AddControl", $$"""{"Id":"g{{i}}","Controls":["Mic1Mute"]}""")), StringComparison.Ordinal);

        Assert.Contains("\"code\":5", client.Ask(Message("ChangeGroup.AddControl", """{"Id":"g5","Controls":["Mic1Mute"]}""")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_level_beyond_the_range_ends_at_its_limit()
    {
        using var bench = new Bench("qsys");
        var client = bench.Connect();
        client.Ask(Message("Control.Set", """{"Name":"Mic1Gain","Value":99}"""));

        Assert.Equal(20, bench.State("controls.Mic1Gain").GetValue<double>());
    }

    [Theory]
    [InlineData("{", -32700)]
    [InlineData("""{"id":1,"id":2,"method":"NoOp"}""", -32700)]
    [InlineData("[]", -32600)]
    [InlineData("null", -32600)]
    public void What_is_no_request_is_told_as_such_and_ends_nothing(string message, int code)
    {
        using var bench = new Bench("qsys");
        var client = bench.Connect();
        client.Take();

        Assert.Contains($"\"code\":{code}", client.Ask($"{message}\0"), StringComparison.Ordinal);
        Assert.Contains("\"result\":true", client.Ask(Message("NoOp", "{}")), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_cut_gives_the_same_answers()
    {
        var whole = System.Text.Encoding.UTF8.GetBytes(Message("NoOp", "{}") + Message("Control.Get", """["Mic2Mute"]"""));
        var expected = "";
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            using var bench = new Bench("qsys");
            var client = bench.Connect();
            client.Say(whole[..cut]);
            client.Say(whole[cut..]);
            var said = client.Take();
            if (cut == 0) expected = said;
            Assert.Equal(expected, said);
        }

        Assert.Equal(3, expected.Count(c => c == '\0'));
    }

    private static string Message(string method, string parameters) => $$"""{"jsonrpc":"2.0","method":"{{method}}","params":{{parameters}},"id":1}""" + "\0";
}
