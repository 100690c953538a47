using System.Text.Json;
using AvGateway.Host.Hosting;
using AvGateway.LineWatch.Analysis;
using AvGateway.LineWatch.Capture;
using AvGateway.LineWatch.Watching;
using AvGateway.Mqtt.Description;

namespace AvGateway.Host.Tests;

/// <summary>What is published of watched lines has the members that its description tells.</summary>
public sealed class WatchTopicsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly WatchedLine Line = new(new("wan", "eth0"), "专线", "Leased line", "line-1");

    private static readonly LinePicture Busy = new(
        Now, new(10, 1000, 5, 1, 2, 2, 0, 0),
        [
            new("10.0.0.1", "10.0.0.2", "0a0b0c0d", "c1", "PCMA", 8, 100, 99, 1, 1) { LastAt = Now, RecentExpected = 50, FarLoss = 0.5, FarJitter = 2, RoundTrip = 30 },
            new("10.0.0.3", "10.0.0.4", "01020304", null, "H264", 96, 100, 100, 0, 0) { LastAt = Now, RecentExpected = 50 },
        ],
        [new("c1", "10.0.0.1", "10.0.0.2", "established", 200, Now, Now, "no")],
        [new("10.0.0.1", "10.0.0.9", 10, 1000, 1, 0, 0) { RoundTrip = 3, LastAt = Now }]);

    [Fact]
    public void A_line_that_is_watched_is_as_described()
    {
        var view = new WatchView(Line, CaptureCondition.Watching, LineQuality.Ok, Now, Busy)
        {
            Raised = ["media.loss"],
            Evidence = [new("F-2026-000001", "captures/one.pcapng", Now, Now, 10)],
            HeldSince = Now,
        };

        Holds("watch", WatchTopics.Line(view), all: ["remedy"]);
    }

    [Fact]
    public void A_line_that_nobody_watches_is_as_described() =>
        Holds("watch", WatchTopics.Line(new(Line, CaptureCondition.NoLibrary, LineQuality.Unknown, Now, LinePicture.Empty)), all: null);

    [Fact]
    public void A_call_is_as_described() => Holds("watchedCall", WatchTopics.Call(Busy.Calls[0], Busy), all: []);

    /// <param name="all">Every member but these must be there; null: those that are not optional.</param>
    private static void Holds(string name, byte[] payload, string[]? all)
    {
        var schema = PayloadSchemas.All.Single(s => s.Name == name);
        var json = JsonDocument.Parse(payload).RootElement;
        Assert.All(json.EnumerateObject(), m => Assert.Contains(schema.Members, s => s.Name == m.Name));
        Assert.All(schema.Members.Where(m => all is null ? !m.Optional : !all.Contains(m.Name)), m => Assert.True(json.TryGetProperty(m.Name, out _), m.Name));
        foreach (var member in schema.Members.Where(m => m.Words is not null)) Assert.Contains(json.GetProperty(member.Name).GetString(), member.Words!);
    }
}
