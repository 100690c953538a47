using System.Text.Json.Nodes;

namespace AvGateway.Simulator.Tests.EpiphanPearl;

/// <summary>What the transcripts do not show: time that passes, the unkind switches, any cut of the stream.</summary>
public sealed class PearlTests
{
    private const string Root = "/api/v2.0";

    [Fact]
    public void A_counter_may_stand_still_while_it_says_that_it_has_started()
    {
        using var bench = new Bench("epiphan-pearl");
        var client = bench.Connect();
        Act(client, "start");
        bench.Pass("11s");
        bench.Switch("no-growth", "true");
        bench.Pass("60s");

        Assert.Equal(("started", 10), State(client));
        bench.Switch("no-growth", "false");
        bench.Pass("5s");
        Assert.Equal(("started", 15), State(client));
    }

    [Fact]
    public void Each_recording_ends_by_itself_when_it_is_wished_to()
    {
        using var bench = new Bench("epiphan-pearl");
        bench.Switch("stops-by-itself", "\"7s\"");
        var client = bench.Connect();
        Act(client, "start");
        bench.Pass("8s");
        Assert.Equal("stopping", State(client).Word);
        bench.Pass("1s");
        Assert.Equal("stopped", State(client).Word);
    }

    [Fact]
    public void Frozen_says_yes_and_does_nothing()
    {
        using var bench = new Bench("epiphan-pearl");
        bench.Switch("frozen", "true");
        var client = bench.Connect();
        Assert.EndsWith("""{"status":"ok"}""", Act(client, "start"), StringComparison.Ordinal);
        bench.Pass("5s");
        Assert.Equal("stopped", State(client).Word);
    }

    [Fact]
    public void The_clock_is_local_and_may_be_wrong()
    {
        using var bench = new Bench("epiphan-pearl");
        var client = bench.Connect();
        bench.Switch("clock-offset", "95");

        Assert.Equal("2023-11-20T16:01:36+08:00", (string?)Body(client.Ask(Get("system/status")))["result"]!["date"]);
    }

    [Fact]
    public void A_power_cut_loses_the_file_and_the_connection()
    {
        using var bench = new Bench("epiphan-pearl");
        var client = bench.Connect();
        Act(client, "start");
        bench.Pass("5s");
        bench.Press("power-cycle");
        Assert.True(client.Closed);
        bench.Pass("60s");

        Assert.Equal("stopped", State(bench.Connect()).Word);
        Assert.Equal(0, (int)bench.State("files"));
    }

    [Fact]
    public void A_server_may_close_after_each_answer_and_does_when_it_is_asked_to()
    {
        using var bench = new Bench("epiphan-pearl");
        var asked = bench.Connect();
        asked.Ask("GET /api/v2.0/recorders HTTP/1.1\r\nConnection: close\r\n\r\n");
        Assert.True(asked.Closed);
        bench.Switch("closes-each", "true");
        var client = bench.Connect();
        client.Ask(Get("recorders"));
        Assert.True(client.Closed);
    }

    [Theory]
    [InlineData("NONSENSE\r\n\r\n", 400), InlineData("GET / HTTP/2\r\n\r\n", 400), InlineData("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400)]
    [InlineData("GET /elsewhere HTTP/1.1\r\n\r\n", 404), InlineData("DELETE /api/v2.0/recorders HTTP/1.1\r\n\r\n", 405)]
    public void Bad_requests_get_their_code(string request, int code)
    {
        using var bench = new Bench("epiphan-pearl");
        Assert.StartsWith($"HTTP/1.1 {code} ", bench.Connect().Ask(request), StringComparison.Ordinal);
    }

    [Fact]
    public void A_head_without_an_end_is_given_up()
    {
        using var bench = new Bench("epiphan-pearl");
        Assert.StartsWith("HTTP/1.1 400 ", bench.Connect().Ask(new string('a', 9000)), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_cut_gives_the_same_answers()
    {
        using var bench = new Bench("epiphan-pearl");
        var whole = System.Text.Encoding.UTF8.GetBytes(
            Get("recorders") + $"POST {Root}/channels/1/bookmarks HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc" + Get("recorders/1/status"));
        var expected = bench.Connect().Ask(System.Text.Encoding.UTF8.GetString(whole));
        Assert.Equal(3, expected.Split("HTTP/1.1 200 OK").Length - 1);
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            var client = bench.Connect();
            client.Say(whole[..cut]);
            client.Say(whole[cut..]);
            Assert.Equal(expected, client.Take());
            client.Leave();
        }
    }

    private static string Get(string path) => $"GET {Root}/{path} HTTP/1.1\r\n\r\n";

    private static string Act(Bench.Client client, string act) => client.Ask($"POST {Root}/recorders/1/control/{act} HTTP/1.1\r\nContent-Length: 0\r\n\r\n");

    private static (string? Word, int Duration) State(Bench.Client client)
    {
        var result = Body(client.Ask(Get("recorders/1/status")))["result"]!;
        return ((string?)result["state"], (int)result["duration"]!);
    }

    private static JsonNode Body(string answer) => JsonNode.Parse(answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..])!;
}
