using AvGateway.Scenes.Hearings.Recording;

namespace AvGateway.Scenes.Tests.Recording;

/// <summary>Each way to lose a recording, on virtual time: named, red within ten seconds, and not a second of green in between.</summary>
public sealed class RecorderWatchTests
{
    private static readonly TimeSpan RedWithin = TimeSpan.FromSeconds(10);
    private readonly RecorderWatch _watch = new(new());
    private int _now;

    public static TheoryData<string, string> Failures => new()
    {
        { "refused", RecordingFaults.Refused },
        { "never-starts", RecordingFaults.NotProven },
        { "frozen-from-the-start", RecordingFaults.NotProven },
        { "frozen-later", RecordingFaults.NoGrowth },
        { "silent", RecordingFaults.Silent },
        { "stops", RecordingFaults.Stopped },
        { "pauses", RecordingFaults.Stopped },
        { "vanishes", RecordingFaults.Unreachable },
        { "clock-95-s", RecordingFaults.Clock },
        { "clock-back", RecordingFaults.Clock },
        { "disk-nearly-full", RecordingFaults.StorageLow },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void Each_failure_is_named_and_red_within_ten_seconds(string failure, string code)
    {
        _watch.Wished(RecordingWish.Record, At(0));
        var failsAt = failure is "refused" or "never-starts" or "frozen-from-the-start" ? 0 : 20;
        for (; _now < failsAt; _now++) Look(new("recording", _now, -30, TimeSpan.FromSeconds(0.2), TimeSpan.FromHours(20)));
        if (failsAt > 0) Assert.Equal((RecorderState.Proven, false), (_watch.State, _watch.IsRed));
        if (failure is "refused") _watch.Refused();

        int? redAt = null;
        for (var end = failsAt + 30; _now < end; _now++)
        {
            Look(Sight(failure, failsAt));
            if (redAt is null && _watch.IsRed) redAt = _now;
            if (redAt is not null) Assert.Contains(code, _watch.Faults);
        }

        Assert.NotNull(redAt);
        Assert.True(At(redAt.Value - failsAt) <= RedWithin, $"{failure}: after {redAt - failsAt} s");
        Assert.Equal(code is not RecordingFaults.StorageLow, _watch.State is RecorderState.Failed);
    }

    [Fact]
    public void A_recorder_that_grows_is_proven_within_five_seconds_and_never_before_it_grew()
    {
        _watch.Wished(RecordingWish.Record, At(0));

        Look(new("recording", 7, null, null, null));
        var first = _watch.State;
        _now = 2;
        Look(new("recording", 9, null, null, null));

        Assert.Equal(RecorderState.Proving, first);
        Assert.Equal(RecorderState.Proven, _watch.State);
    }

    [Fact]
    public void A_poll_of_five_seconds_makes_no_false_alarm()
    {
        _watch.Wished(RecordingWish.Record, At(0));
        for (; _now < 600; _now++)
        {
            Look(new("recording", _now / 5 * 5, -40, TimeSpan.Zero, TimeSpan.FromHours(3)));
            if (_now > 6) Assert.Equal((RecorderState.Proven, 0), (_watch.State, _watch.Faults.Count));
        }
    }

    [Fact]
    public void A_new_file_is_a_new_base_and_no_proof()
    {
        _watch.Wished(RecordingWish.Record, At(0));
        Look(new("recording", 5000, null, null, null));
        _now = 1;
        Look(new("recording", 0, null, null, null));
        Assert.Equal(RecorderState.Proving, _watch.State);
        _now = 2;
        Look(new("recording", 1, null, null, null));
        Assert.Equal(RecorderState.Proven, _watch.State);
    }

    [Fact]
    public void Silence_is_right_while_every_microphone_is_muted_on_purpose()
    {
        _watch.Wished(RecordingWish.Record, At(0));
        for (; _now < 60; _now++) _watch.Observe(new("recording", _now, -90, null, null), At(_now), isQuietMeant: true);
        Assert.False(_watch.IsRed);

        for (; _now < 72; _now++) Look(new("recording", _now, -90, null, null));

        Assert.Equal([RecordingFaults.Silent], _watch.Faults);
    }

    [Fact]
    public void What_was_not_wished_is_not_missed()
    {
        for (; _now < 60; _now++) Look(new("stopped", 0, null, TimeSpan.FromHours(8), TimeSpan.Zero));

        Assert.Equal((RecorderState.Idle, false), (_watch.State, _watch.IsRed));
    }

    [Fact]
    public void A_recorder_that_comes_back_is_proven_again_by_growth_alone()
    {
        _watch.Wished(RecordingWish.Record, At(0));
        for (; _now < 10; _now++) Look(new("recording", _now, null, null, null));
        for (; _now < 30; _now++) Look(new(null, null, null, null, null));
        Look(new("recording", 9, null, null, null));
        Assert.NotEqual(RecorderState.Proven, _watch.State);
        _now++;
        Look(new("recording", 10, null, null, null));
        Assert.Equal(RecorderState.Proven, _watch.State);
    }

    [Fact]
    public void Where_there_is_a_timecode_it_is_what_must_grow()
    {
        _watch.Wished(RecordingWish.Record, At(0));
        Look(new("recording", null, null, null, null) { Timecode = 3600 });
        Assert.NotEqual(RecorderState.Proven, _watch.State);
        _now++;
        Look(new("recording", null, null, null, null) { Timecode = 3601 });
        Assert.Equal(RecorderState.Proven, _watch.State);

        for (; _now < 10; _now++) Look(new("recording", _now, null, null, null) { Timecode = 3601 });
        Assert.Equal(RecordingFaults.NoGrowth, Assert.Single(_watch.Faults));
    }

    [Fact]
    public void Every_fault_has_its_texts_and_an_unknown_code_is_an_error()
    {
        Assert.All(RecordingFaults.All, f => Assert.True(f.En.Length > 5 && f.Zh.Length > 3 && RecordingFaults.Says(f.Code).Zh == f.Zh));
        Assert.All(Failures.Select(f => f.Data.Item2), code => Assert.NotEmpty(RecordingFaults.Says(code).En));
        Assert.Throws<ArgumentException>(() => RecordingFaults.Says("recording.fine"));
    }

    private RecorderSight Sight(string failure, int since)
    {
        var good = new RecorderSight("recording", _now, -30, TimeSpan.Zero, TimeSpan.FromHours(20));
        return failure switch
        {
            "refused" or "never-starts" => good with { State = "stopped", Recorded = 0 },
            "frozen-from-the-start" => good with { Recorded = 0 },
            "frozen-later" => good with { Recorded = since },
            "silent" => good with { Level = -95 },
            "stops" => good with { State = "stopped" },
            "pauses" => good with { State = "paused" },
            "vanishes" => new(null, null, null, null, null),
            "clock-95-s" => good with { ClockOffset = TimeSpan.FromSeconds(95) },
            "clock-back" => good with { ClockOffset = TimeSpan.FromSeconds(-6) },
            "disk-nearly-full" => good with { StorageLeft = TimeSpan.FromMinutes(14) },
            _ => throw new ArgumentException(failure),
        };
    }

    private void Look(RecorderSight sight) => _watch.Observe(sight, At(_now), isQuietMeant: false);

    private static TimeSpan At(int second) => TimeSpan.FromSeconds(second);
}
