using System.Text.Json;
using AvGateway.Testing.Commands;

namespace AvGateway.Acceptance.Tests.Virtual;

/// <summary>
/// Every way in which a recorder fails a hearing is named on <c>$hearing</c> within ten seconds and is never shown as proven: with simulated
/// recorders where their protocol can show it, and with one that meters itself where it is about level and clock.
/// </summary>
public sealed class RecordingDefectTests : IAsyncDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(10);

    private VirtualCourt? _court;

    [Theory]
    [InlineData("refuse", "recording.refused")]
    [InlineData("transport-stuck", "recording.not-proven")]
    [InlineData("no-growth", "recording.not-proven")]
    [InlineData("frozen", "recording.not-proven")]
    public async Task A_recorder_that_never_records_is_named_and_never_proven(string trouble, string fault)
    {
        var court = await CourtAsync();
        court.Bench.Peer("recorder").Set(trouble, true);
        var asked = court.Bench.Clock.GetUtcNow();

        var opening = court.Bench.Ask("open");
        await NamedAsync(court, "recorder", fault, asked);
        await court.Bench.PassAsync(TimeSpan.FromSeconds(30));

        Assert.NotEmpty(opening.Finals);
        Assert.Equal("unproven", court.Hearing.GetProperty("recording").GetString());
        Assert.DoesNotContain(court.Hearings, h => State(h.Payload, "recorder") == "proven");
        Assert.Equal("proven", State(court.Hearing, "backup"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(500)]
    [InlineData(1000)]
    [InlineData(1500)]
    [InlineData(1900)]
    public async Task A_file_that_freezes_is_named_at_whatever_moment_of_the_poll(int after)
    {
        var court = await OpenAsync();
        await court.Bench.PassAsync(TimeSpan.FromSeconds(20) + TimeSpan.FromMilliseconds(after));
        court.Bench.Peer("recorder").Set("no-growth", true);

        await NamedAsync(court, "recorder", "recording.no-growth", court.Bench.Clock.GetUtcNow());
    }

    [Fact]
    public async Task A_recorder_that_stops_by_itself_is_named()
    {
        var court = await OpenAsync();
        court.Bench.Peer("recorder").Press("stop");

        await NamedAsync(court, "recorder", "recording.stopped", court.Bench.Clock.GetUtcNow());
    }

    [Fact]
    public async Task A_recorder_that_cannot_be_reached_is_named()
    {
        var court = await OpenAsync();
        court.Bench.Peer("recorder").Set("drop", true);

        await NamedAsync(court, "recorder", "recording.unreachable", court.Bench.Clock.GetUtcNow());
    }

    [Theory]
    [InlineData("level", -92.5, "recording.silent")]
    [InlineData("clock-offset", 95.0, "recording.clock")]
    [InlineData("clock-offset", -95.0, "recording.clock")]
    public async Task Silence_and_a_wrong_clock_from_the_start_are_named_and_never_proven(string property, double value, string fault)
    {
        var metered = new MeteredRecorder();
        var court = await CourtAsync(metered.Device);
        metered.Join(court.Bench);
        metered.Shows(property, value);
        var asked = court.Bench.Clock.GetUtcNow();

        court.Bench.Ask("open");
        await NamedAsync(court, "metered", fault, asked);

        Assert.DoesNotContain(court.Hearings, h => State(h.Payload, "metered") == "proven");
    }

    [Theory]
    [InlineData("level", -92.5, "recording.silent")]
    [InlineData("clock-offset", 95.0, "recording.clock")]
    public async Task Silence_and_a_wrong_clock_in_the_middle_are_named_and_end_with_their_cause(string property, double value, string fault)
    {
        var metered = new MeteredRecorder();
        var court = await CourtAsync(metered.Device);
        metered.Join(court.Bench);
        Assert.Equal(200, (await court.RunAsync("open")).GetProperty("stat").GetInt32());
        await court.Bench.PassAsync(TimeSpan.FromSeconds(20));
        Assert.Equal("proven", State(court.Hearing, "metered"));
        metered.Shows(property, value);

        await NamedAsync(court, "metered", fault, court.Bench.Clock.GetUtcNow());

        metered.Shows(property, property == "level" ? -30 : 0);
        await court.Bench.PassAsync(TimeSpan.FromSeconds(3));
        Assert.Equal("proven", State(court.Hearing, "metered"));
    }

    [Fact]
    public async Task Quiet_in_a_recess_is_no_silence()
    {
        var metered = new MeteredRecorder();
        var court = await CourtAsync(metered.Device);
        metered.Join(court.Bench);
        await court.RunAsync("open");
        await court.RunAsync("recess");
        metered.Shows("level", -95);
        await court.Bench.PassAsync(TimeSpan.FromSeconds(20));

        Assert.Equal("proven", State(court.Hearing, "metered"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_court is not null) await _court.DisposeAsync();
    }

    private async Task<VirtualCourt> CourtAsync(params FakeDevice[] metered)
    {
        _court = new(metered);
        await _court.StartAsync();
        return _court;
    }

    private async Task<VirtualCourt> OpenAsync()
    {
        var court = await CourtAsync();
        Assert.Equal(200, (await court.RunAsync("open")).GetProperty("stat").GetInt32());
        Assert.Equal("proven", court.Hearing.GetProperty("recording").GetString());
        return court;
    }

    /// <summary>The topic names the fault in time, the recording is not called proven from then on, and the service record has it.</summary>
    private static async Task NamedAsync(VirtualCourt court, string recorder, string fault, DateTimeOffset since)
    {
        await court.Bench.PassAsync(since + Within - court.Bench.Clock.GetUtcNow());

        var fromThere = court.Hearings.SkipWhile(h => h.At < since || !Faults(h.Payload, recorder).Contains(fault)).Select(h => h.Payload).ToList();
        Assert.True(fromThere.Count > 0, $"{fault} was not named within {Within}: {court.Hearing}");
        Assert.All(fromThere, h =>
        {
            Assert.NotEqual("proven", State(h, recorder));
            Assert.NotEqual("proven", h.GetProperty("recording").GetString());
        });
        Assert.Contains(court.Bench.Journal.Rows, r => r.Kind == "recording.fault-raised" && r.Subject == $"court-1/{recorder}" && r.Details.Contains(fault, StringComparison.Ordinal));
    }

    private static JsonElement Of(JsonElement hearing, string recorder) =>
        hearing.GetProperty("recorders").EnumerateArray().FirstOrDefault(r => r.GetProperty("device").GetString() == $"court-1/{recorder}");

    private static string? State(JsonElement hearing, string recorder) => Of(hearing, recorder) is { ValueKind: JsonValueKind.Object } shown ? shown.GetProperty("state").GetString() : null;

    private static IEnumerable<string?> Faults(JsonElement hearing, string recorder) =>
        Of(hearing, recorder) is { ValueKind: JsonValueKind.Object } shown ? shown.GetProperty("faults").EnumerateArray().Select(f => f.GetString()) : [];
}
