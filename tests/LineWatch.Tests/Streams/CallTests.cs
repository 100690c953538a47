using AvGateway.LineWatch.Analysis;

namespace AvGateway.LineWatch.Tests.Streams;

public sealed class CallTests
{
    [Fact]
    public void A_call_gives_its_streams_their_codec_and_keeps_nobodys_name()
    {
        var picture = Look(new Forge().Call(0), seconds: 8);

        var call = Assert.Single(picture.Calls);
        Assert.Equal(("established", 200, "10.1.1.10", "10.2.2.20", "no"), (call.State, call.Status, call.From, call.To, call.OneWay));
        Assert.Equal(2, picture.Streams.Count);
        Assert.All(picture.Streams, s => Assert.Equal((call.Id, "PCMA"), (s.Call, s.Codec)));
        Assert.DoesNotContain("wang", System.Text.Json.JsonSerializer.Serialize(picture), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(true, false, "caller-hears-nothing")]
    [InlineData(false, true, "callee-hears-nothing")]
    [InlineData(false, false, "no")]
    public void A_call_in_which_one_side_hears_nothing_is_told(bool callerSpeaks, bool calleeSpeaks, string oneWay) =>
        Assert.Equal(oneWay, Assert.Single(Look(new Forge().Call(0), 12, callerSpeaks, calleeSpeaks).Calls).OneWay);

    [Fact]
    public void A_side_that_only_listens_is_no_one_way_call() =>
        Assert.Equal("no", Assert.Single(Look(new Forge().Call(0, calleeWay: "recvonly"), 12, calleeSpeaks: false).Calls).OneWay);

    [Fact]
    public void A_direction_that_falls_silent_in_the_middle_is_told_and_its_return_too()
    {
        Assert.Equal("caller-hears-nothing", Assert.Single(Look(new Forge().Call(0), 20, calleeUntil: 8).Calls).OneWay);
        Assert.Equal("no", Assert.Single(Look(new Forge().Call(0), 30, calleeUntil: 8, calleeAgain: 16).Calls).OneWay);
    }

    [Fact]
    public void A_connection_to_a_device_shows_what_was_sent_again_closed_windows_resets_and_its_round_trip()
    {
        const string device = "10.2.2.30";
        var forge = new Forge()
            .Tcp(0, Forge.Caller, 40_000, device, 9990, 100, 0, "S").Tcp(0.01, device, 9990, Forge.Caller, 40_000, 500, 101, "SA")
            .Tcp(0.02, Forge.Caller, 40_000, device, 9990, 101, 501, "A", payload: 50).Tcp(0.05, device, 9990, Forge.Caller, 40_000, 501, 151, "A")
            .Tcp(0.1, Forge.Caller, 40_000, device, 9990, 151, 501, "A", payload: 50).Tcp(0.4, Forge.Caller, 40_000, device, 9990, 151, 501, "A", payload: 50)
            .Tcp(0.41, device, 9990, Forge.Caller, 40_000, 501, 201, "A", window: 0).Tcp(1, Forge.Caller, 40_000, device, 9990, 200, 501, "A", payload: 1)
            .Tcp(2, device, 9990, Forge.Caller, 40_000, 501, 0, "R");

        var flow = Assert.Single(CaptureFile.Read(new MemoryStream(forge.ToPcapng()), new()).Flows);

        Assert.Equal(("10.1.1.10:40000", "10.2.2.30:9990"), (flow.Client, flow.Server));
        Assert.Equal((1L, 1L, 1L), (flow.Retransmissions, flow.ZeroWindows, flow.Resets));
        Assert.Equal((10.0, 30.0), (Math.Round(flow.LeastRoundTrip!.Value, 3), Math.Round(flow.MostRoundTrip!.Value, 3)));
    }

    private static LinePicture Look(Forge forge, double seconds, bool callerSpeaks = true, bool calleeSpeaks = true, double calleeUntil = double.MaxValue, double calleeAgain = double.MaxValue)
    {
        for (var i = 0; i < seconds / 0.02; i++)
        {
            var at = 0.2 + (i * 0.02);
            if (callerSpeaks) forge.Rtp(at, true, (ushort)i, (uint)(i * 160), source: 1);
            if (calleeSpeaks && (at < calleeUntil || at >= calleeAgain)) forge.Rtp(at, false, (ushort)i, (uint)(i * 160), source: 2);
        }

        return CaptureFile.Read(new MemoryStream(forge.ToPcapng()), new());
    }
}
