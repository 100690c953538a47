using AvGateway.Classes;
using AvGateway.Devices;
using Xunit;

namespace AvGateway.Testing.Compliance;

/// <summary>What every video conference codec must get right: a call is connected when it is seen connected, and ends with its cause.</summary>
public abstract class CodecCompliance<TReply> : DeviceCompliance<TReply>
{
    protected const string Uri = "court2@example.cn";

    protected override Wish First => new(CodecWords.DialVerb, [("uri", Uri)], CodecWords.CallState, CallStates.Connected, ("dial", new() { ["uri"] = Uri }));

    protected override Wish Second => new(CodecWords.HangUpVerb, [], CodecWords.CallState, CallStates.Idle, ("hang-up", []));

    /// <summary>A key at the device mutes its microphones, in a call or not.</summary>
    protected virtual bool HasMicrophoneKey => true;

    /// <summary>Any text can be an address, as long as it is one line.</summary>
    protected virtual bool DialsAnyText => true;

    /// <summary>A volume that a hand at the device turns to.</summary>
    protected virtual int VolumeByHand => 70;

    /// <summary>False where no text tells how a quote inside an address is written, so that none may go out.</summary>
    protected virtual bool TakesQuotes => true;

    /// <summary>The device's own word for why the far end did not take a call.</summary>
    protected virtual string CauseOf(string farEnd) => farEnd switch
    {
        "busy" => "RemoteBusy",
        "rejects" => "RemoteRejected",
        _ => "UnknownRemoteSite",
    };

    [Fact]
    public async Task Ringing_is_not_done()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("far-end", "no-answer");

        var asked = Ask(bench, First);
        await bench.PassUntilAsync(TimeSpan.FromSeconds(5), () => bench.Snapshot[CodecWords.CallState] == CallStates.Ringing, "ringing");
        await bench.PassAsync(15);

        Assert.False(asked.IsCompleted);
        await bench.PassAsync(15);
        Assert.Equal(CommandOutcome.NotSeen, (await asked).Outcome);
    }

    [Theory]
    [InlineData("busy")]
    [InlineData("rejects")]
    [InlineData("unknown")]
    public async Task A_call_that_the_far_end_does_not_take_is_refused_with_its_cause(string farEnd)
    {
        var cause = CauseOf(farEnd);
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("far-end", farEnd);

        var result = await DoAsync(bench, First);

        Assert.Equal(CommandOutcome.Refused, result.Outcome);
        Assert.Contains(cause, result.Reason, StringComparison.Ordinal);
        await bench.PassAsync(2);
        Assert.Equal(CallStates.Idle, bench.Snapshot[CodecWords.CallState].Text);
        var ended = Assert.Single(bench.Seen.Events, e => e.Type == CodecWords.CallEnded);
        Assert.Equal(cause, ended.Details["cause"].Text);
    }

    [Fact]
    public async Task A_call_that_comes_in_is_told_and_can_be_answered()
    {
        Needs(CodecWords.AnswerVerb);
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        Assert.Equal(CommandOutcome.Rejected, (await bench.DoAsync(CodecWords.AnswerVerb)).Outcome);

        device.Press("incoming-call", new() { ["uri"] = "judge@example.cn", ["name"] = "Judge" });
        await bench.PassUntilAsync(ShownWithin, () => bench.Snapshot[CodecWords.CallState] == CallStates.Ringing, "ringing");
        Assert.Equal("judge@example.cn", Assert.Single(bench.Seen.Events, e => e.Type == CodecWords.IncomingCall).Details["from"].Text);
        var result = await bench.DoAsync(CodecWords.AnswerVerb);

        Assert.Equal(CommandOutcome.Verified, result.Outcome);
        Assert.Equal(CallStates.Connected, bench.Snapshot[CodecWords.CallState].Text);
        Assert.Equal("Judge", bench.Snapshot[CodecWords.RemoteParty].Text);
    }

    [Fact]
    public async Task A_call_that_the_far_end_ends_is_told_with_its_cause()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);

        device.Press("far-end-hang-up");
        await bench.PassUntilAsync(ShownWithin, () => bench.Snapshot[CodecWords.CallState] == CallStates.Idle, "idle");
        await bench.SettleAsync();

        Assert.Single(bench.Seen.Events, e => e.Type == CodecWords.CallEnded);
        Assert.Equal(0, bench.Snapshot[CodecWords.CallCount].Integer);
    }

    [Fact]
    public async Task Every_call_is_ended_by_one_hang_up()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        await bench.DoAsync(CodecWords.DialVerb, ("uri", "court3@example.cn"));
        Assert.Equal(2, bench.Snapshot[CodecWords.CallCount].Integer);

        var result = await DoAsync(bench, Second);

        Assert.Equal(CommandOutcome.Verified, result.Outcome);
        Assert.Equal(0, bench.Snapshot[CodecWords.CallCount].Integer);
    }

    [Theory]
    [InlineData(CodecWords.MuteVerb, CodecWords.MutedFlag, true)]
    [InlineData(CodecWords.UnmuteVerb, CodecWords.MutedFlag, false)]
    public async Task Microphones_are_muted_when_they_are_seen_muted(string verb, string property, bool muted)
    {
        if (!HasMicrophoneKey) Assert.Skip("this device has no key for its microphones");
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Press("mute-microphones", new() { ["on"] = !muted });
        await bench.PassAsync(1);

        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(verb)).Outcome);
        Assert.Equal(muted, bench.Snapshot[property].Flag);
    }

    [Fact]
    public async Task The_volume_is_set_and_followed()
    {
        Needs(CodecWords.SetVolumeVerb);
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(CodecWords.SetVolumeVerb, ("v", 33))).Outcome);
        Assert.Equal(33, bench.Snapshot[CodecWords.VolumeLevel].Integer);
        device.Press("volume", new() { ["level"] = VolumeByHand });
        await bench.PassUntilAsync(ShownWithin, () => bench.Snapshot[CodecWords.VolumeLevel] == VolumeByHand, "showing");
    }

    [Fact]
    public async Task It_sleeps_and_wakes_when_it_is_seen_to_and_not_in_a_call()
    {
        Needs(PowerWords.OffVerb);
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(PowerWords.OffVerb)).Outcome);
        Assert.Equal(PowerStates.Off, bench.Snapshot[PowerWords.PowerState].Text);
        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(PowerWords.OnVerb)).Outcome);
        Assert.Equal(PowerStates.On, bench.Snapshot[PowerWords.PowerState].Text);
        await DoAsync(bench, First);
        Assert.Equal(CommandOutcome.Rejected, (await bench.DoAsync(PowerWords.OffVerb)).Outcome);
        Assert.Equal(CallStates.Connected, bench.Snapshot[CodecWords.CallState].Text);
    }

    [Theory]
    [InlineData("a\r\nxCommand SystemUnit Boot")]
    [InlineData("a\nxCommand SystemUnit Boot")]
    [InlineData("a\0b")]
    [InlineData("a\\")]
    [InlineData("a\u0085b")]
    [InlineData("")]
    public async Task An_address_that_could_be_more_than_an_address_never_reaches_the_wire(string uri)
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        var result = await bench.DoAsync(CodecWords.DialVerb, ("uri", uri));

        Assert.Equal(CommandOutcome.Rejected, result.Outcome);
        Assert.Equal(0, result.Attempts);
    }

    [Theory]
    [InlineData("court\" CallRate: 64 Number: \"x")]
    [InlineData("court | resultId=\"9\"")]
    [InlineData("法庭@example.cn")]
    public async Task An_address_with_quotes_or_words_of_the_grammar_is_one_address(string uri)
    {
        if (!DialsAnyText) Assert.Skip("an address of this device has a grammar of its own");
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        var result = await bench.DoAsync(CodecWords.DialVerb, ("uri", uri));

        if (!TakesQuotes && uri.Contains('"', StringComparison.Ordinal))
        {
            Assert.Equal((CommandOutcome.Rejected, 0), (result.Outcome, result.Attempts));
            return;
        }

        Assert.Equal(CommandOutcome.Verified, result.Outcome);
        Assert.Equal(uri, bench.Snapshot[CodecWords.RemoteParty].Text);
        Assert.Equal(1, bench.Snapshot[CodecWords.CallCount].Integer);
    }

    private void Needs(string verb)
    {
        if (Manifest.Verbs.All(v => v.Name != verb)) Assert.Skip($"this device has no {verb}");
    }
}
