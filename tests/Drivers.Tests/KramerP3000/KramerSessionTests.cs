using AvGateway.Devices;
using AvGateway.Drivers.Protocols.KramerP3000;
using AvGateway.Testing;

namespace AvGateway.Drivers.Tests.KramerP3000;

/// <summary>What a device may say that no manual shows, played byte by byte.</summary>
public sealed class KramerSessionTests
{
    [Fact]
    public async Task A_late_second_echo_is_not_taken_for_the_reading()
    {
        await using var bench = await ReadyAsync();

        var asked = bench.Ask("route", ("input", 2), ("output", 1), ("layer", "video"));
        await bench.ExpectSentAsync(@"#VID 2>1\r");
        await bench.SaysAsync(@"~01@VID 2>1\r\n");
        await bench.ExpectSentAsync(@"#\r");
        await bench.SaysAsync(@"~01@VID 2>1\r\n~01@ OK\r\n");
        await bench.ExpectSentAsync(@"#VID? 1\r");

        Assert.False(asked.IsCompleted);
        Assert.Equal(1, bench.Snapshot["output-1"].Integer);
        await bench.SaysAsync(@"~01@VID 2>1\r\n");
        Assert.Equal(CommandOutcome.Verified, (await asked).Outcome);
    }

    [Fact]
    public async Task A_flood_of_other_controllers_echoes_is_not_a_flood_of_questions()
    {
        await using var bench = await ReadyAsync();

        for (var i = 0; i < 3000; i++) await bench.SaysAsync(i % 2 == 0 ? @"~01@VID 2>1 OK\r\n" : @"~01@PRST-RCL 3\r\n");
        await bench.ExpectSentAsync(@"#VID? 1\r");

        Assert.Equal(0, bench.Counters.DriverCrashes);
        Assert.Equal(1, bench.Snapshot["output-1"].Integer);
    }

    [Fact]
    public async Task An_error_of_another_command_is_not_the_answer()
    {
        await using var bench = await ReadyAsync();
        var asked = bench.Ask("route", ("input", 2), ("output", 1), ("layer", "video"));
        await bench.ExpectSentAsync(@"#VID 2>1\r");

        await bench.SaysAsync(@"~01@SIGNAL ERR003\r\n~02@VID ERR003\r\n");

        Assert.False(asked.IsCompleted);
        await bench.SaysAsync(@"~01@ERR 003\r\n");
        Assert.Equal(CommandOutcome.Refused, (await asked).Outcome);
    }

    [Fact]
    public async Task Only_the_configured_machine_is_listened_to_and_spoken_to()
    {
        await using var bench = await StartAsync(("machine", 7), ("planes", "video"), ("inputs", 2), ("outputs", 2));
        await bench.ExpectSentAsync(@"#07@\r");
        await bench.SaysAsync(@"~01@ OK\r\n");
        await bench.ExpectNothingSentAsync();
        await bench.SaysAsync(@"~07@ OK\r\n");
        await AnswerAsync(bench, (@"#07@MODEL?\r", @"~07@ERR002\r\n"), (@"#07@VERSION?\r", @"~07@ERR002\r\n"), (@"#07@SN?\r", @"~07@ERR015\r\n"),
            (@"#07@INFO-IO?\r", @"~07@ERR002\r\n"), (@"#07@VID? *\r", @"~01@VID 2>1,2>2\r\n~07@VID 1>1,2>2\r\n"));

        await bench.SaysAsync(@"~01@VID 2>1\r\n");

        Assert.Equal(DeviceState.Online, bench.Status.State);
        Assert.Equal(1, bench.Snapshot["output-1"].Integer);
    }

    [Fact]
    public async Task A_matrix_without_audio_is_a_matrix_of_video()
    {
        await using var bench = await StartAsync();
        await AnswerAsync(bench, [.. Identity, (@"#VID? *\r", @"~01@VID 1>1,2>2\r\n"), (@"#AUD? *\r", @"~01@AUD ERR002\r\n")]);
        Assert.Equal(DeviceState.Online, bench.Status.State);

        var audio = await bench.DoAsync("route", ("input", 2), ("output", 1), ("layer", "audio"));
        _ = bench.Ask("route", ("input", 2), ("output", 1));

        Assert.Equal(CommandOutcome.Rejected, audio.Outcome);
        await bench.ExpectSentAsync(@"#VID 2>1\r");
    }

    [Fact]
    public async Task A_matrix_without_av_gets_video_and_audio()
    {
        await using var bench = await ReadyAsync();

        var asked = bench.Ask("route", ("input", 2), ("output", 1));
        await AnswerAsync(bench, (@"#AV 2>1\r", @"~01@AV ERR002\r\n"), (@"#VID 2>1\r", @"~01@VID 2>1 OK\r\n"), (@"#AUD 2>1\r", @"~01@AUD 2>1 OK\r\n"),
            (@"#\r", @"~01@ OK\r\n"), (@"#AUD? 1\r", @"~01@AUD 2>1\r\n"), (@"#VID? 1\r", @"~01@VID 2>1\r\n"));

        Assert.Equal(CommandOutcome.Verified, (await asked).Outcome);
    }

    [Fact]
    public async Task Audio_that_does_not_follow_is_not_success()
    {
        await using var bench = await ReadyAsync();

        var asked = bench.Ask("route", ("input", 2), ("output", 1));
        await AnswerAsync(bench, (@"#AV 2>1\r", @"~01@AV 2>1 OK\r\n"), (@"#\r", @"~01@ OK\r\n"));
        for (var look = 1; look <= 3; look++)
        {
            Assert.False(asked.IsCompleted);
            await AnswerAsync(bench, (@"#AUD? 1\r", @"~01@AUD 1>1\r\n"), (@"#VID? 1\r", @"~01@VID 2>1\r\n"));
            await bench.PassAsync(1);
        }

        Assert.Equal(CommandOutcome.NotSeen, (await asked).Outcome);
        Assert.Equal((2, 1), (bench.Snapshot["output-1"].Integer, bench.Snapshot["output-audio-1"].Integer));
    }

    [Fact]
    public async Task A_table_that_cannot_be_read_whole_is_read_one_by_one()
    {
        await using var bench = await StartAsync(("planes", "video"));
        await AnswerAsync(bench, [.. Identity, (@"#VID? *\r", @"~01@ERR003\r\n"), (@"#VID? 1\r", @"~01@VID 2>1\r\n"), (@"#VID? 2\r", @"~01@VID 0>2\r\n")]);

        Assert.Equal(DeviceState.Online, bench.Status.State);
        Assert.Equal((2, 0), (bench.Snapshot["output-1"].Integer, bench.Snapshot["output-2"].Integer));
    }

    [Theory, InlineData("0", "3", "3"), InlineData("inputs+1", "0", "x"), InlineData("x", "0", "3")]
    public async Task An_input_that_cannot_be_is_unknown_and_a_fault(string offCode, string strange, string stranger)
    {
        await using var bench = await StartAsync(("planes", "video"), ("off-code", offCode));
        await AnswerAsync(bench, [.. Identity, (@"#VID? *\r", $@"~01@VID {strange}>1,2>2\r\n")]);
        Assert.Contains("matrix.strange-input", bench.Snapshot.Faults);
        Assert.Equal(DeviceState.Online, bench.Status.State);
        Assert.Equal(ValueKind.None, bench.Snapshot["output-1"].Kind);

        await bench.SaysAsync(@"~01@VID 1>1\r\n");
        Assert.DoesNotContain("matrix.strange-input", bench.Snapshot.Faults);
        await bench.SaysAsync($@"~01@VID {stranger}>2\r\n");
        Assert.Equal(ValueKind.None, bench.Snapshot["output-2"].Kind);
    }

    [Theory, InlineData("0", "0"), InlineData("inputs+1", "3"), InlineData("x", "x")]
    public async Task No_input_is_said_and_heard_in_the_models_own_code(string offCode, string code)
    {
        await using var bench = await StartAsync(("planes", "video"), ("off-code", offCode));
        await AnswerAsync(bench, [.. Identity, (@"#VID? *\r", $@"~01@VID 1>1,{code}>2\r\n")]);
        Assert.Equal(0, bench.Snapshot["output-2"].Integer);

        var asked = bench.Ask("route", ("input", 0), ("output", 1));
        await AnswerAsync(bench, ($@"#VID {code}>1\r", $@"~01@VID {code}>1 OK\r\n"), (@"#\r", @"~01@ OK\r\n"), (@"#VID? 1\r", $@"~01@VID {code}>1\r\n"));

        Assert.Equal(CommandOutcome.Verified, (await asked).Outcome);
    }

    [Fact]
    public async Task Nothing_is_blanked_until_somebody_has_said_which_value_blanks()
    {
        await using var bench = await ReadyAsync();

        Assert.Equal(CommandOutcome.Rejected, (await bench.DoAsync("blank", ("output", 1), ("blanked", true))).Outcome);
        await bench.SaysAsync(@"~01@VMUTE 1,1\r\n");
        Assert.DoesNotContain("output-blanked-1", bench.Snapshot.Readings.Keys);
    }

    [Theory, InlineData("1-blanks", 1, 0), InlineData("0-blanks", 0, 1)]
    public async Task Blanking_uses_the_configured_value(string polarity, int blanks, int shows)
    {
        await using var bench = await StartAsync(("planes", "video"), ("vmute", polarity));
        await AnswerAsync(bench, [.. Identity, (@"#VID? *\r", @"~01@VID 1>1,2>2\r\n"), (@"#VMUTE? 1\r", $@"~01@VMUTE 1,{shows}\r\n"),
            (@"#VMUTE? 2\r", $@"~01@VMUTE 2,{blanks}\r\n")]);
        Assert.Equal((false, true), (bench.Snapshot["output-blanked-1"].Flag, bench.Snapshot["output-blanked-2"].Flag));

        var asked = bench.Ask("blank", ("output", 1), ("blanked", true));
        await AnswerAsync(bench, ($@"#VMUTE 1,{blanks}\r", $@"~01@VMUTE 1,{blanks} OK\r\n"),
            (@"#\r", @"~01@ OK\r\n"), (@"#VMUTE? 1\r", $@"~01@VMUTE 1,{blanks}\r\n"));

        Assert.Equal(CommandOutcome.Verified, (await asked).Outcome);
    }

    [Theory, InlineData(5), InlineData(34)]
    public async Task An_internal_error_is_a_fault_until_the_same_works_again(int error)
    {
        await using var bench = await ReadyAsync();
        var asked = bench.Ask("route", ("input", 2), ("output", 1), ("layer", "video"));
        await AnswerAsync(bench, (@"#VID 2>1\r", $@"~01@VID ERR{error:000}\r\n"), (@"#VID? 1\r", @"~01@VID 1>1\r\n"));
        Assert.Equal(CommandOutcome.Refused, (await asked).Outcome);
        Assert.Contains("matrix.internal-error", bench.Snapshot.Faults);

        _ = bench.Ask("route", ("input", 2), ("output", 1), ("layer", "video"));
        await AnswerAsync(bench, (@"#VID 2>1\r", @"~01@VID 2>1\r\n"));

        Assert.DoesNotContain("matrix.internal-error", bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_user_without_the_right_to_switch_is_a_fault_and_not_a_loop()
    {
        await using var bench = await ReadyAsync(secret: "court");
        for (var round = 1; round <= 2; round++)
        {
            Assert.DoesNotContain("matrix.privilege", bench.Snapshot.Faults);
            var asked = bench.Ask("route", ("input", 2), ("output", 1), ("layer", "video"));
            await AnswerAsync(bench, (@"#VID 2>1\r", @"~01@VID ERR004\r\n"));
            Assert.Equal(CommandOutcome.Refused, (await asked).Outcome);
            await AnswerAsync(bench, [(@"#LOGIN Admin,court\r", @"~01@LOGIN Admin,court OK\r\n"), .. Identity[1..], .. Tables]);
        }

        Assert.Contains("matrix.privilege", bench.Snapshot.Faults);
        Assert.Equal(DeviceState.Online, bench.Status.State);
    }

    [Fact]
    public async Task A_password_that_the_device_repeats_never_stands_in_a_trace()
    {
        await using var bench = await StartAsync(new BenchSetup { Secret = "court" });
        bench.Log.Traces = true;
        await AnswerAsync(bench, [(@"#\r", @"~01@ OK\r\n"), (@"#MODEL?\r", @"~01@ERR004\r\n"),
            (@"#LOGIN Admin,court\r", @"~01@LOGIN Admin,court OK\r\n"), .. Identity[1..], .. Tables]);

        var trace = bench.Log.Lines.Select(line => line.Text).ToArray();
        Assert.DoesNotContain(trace, line => line.Contains("court", StringComparison.Ordinal));
        Assert.Contains(trace, line => line.Contains("VP-2x2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_password_that_no_line_can_carry_is_refused_access_and_not_a_crash()
    {
        await using var bench = await StartAsync(new BenchSetup { Secret = "with|bar" });
        await AnswerAsync(bench, (@"#\r", @"~01@ OK\r\n"), (@"#MODEL?\r", @"~01@ERR004\r\n"));

        Assert.Contains("matrix.access-denied", bench.Snapshot.Faults);
        Assert.Equal(0, bench.Counters.DriverCrashes);
        await bench.ExpectNothingSentAsync();
    }

    private static readonly (string Asked, string Answer)[] Identity =
    [
        (@"#\r", @"~01@ OK\r\n"), (@"#MODEL?\r", @"~01@MODEL VP-2x2\r\n"), (@"#VERSION?\r", @"~01@VERSION 1.2\r\n"), (@"#SN?\r", @"~01@SN 123\r\n"),
        (@"#INFO-IO?\r", @"~01@INFO-IO IN 2,OUT 2\r\n"),
    ];

    private static readonly (string Asked, string Answer)[] Tables = [(@"#VID? *\r", @"~01@VID 1>1,2>2\r\n"), (@"#AUD? *\r", @"~01@AUD 1>1,2>2\r\n")];

    private static Task<DeviceBench<KramerReply>> StartAsync(params (string, Value)[] options) =>
        StartAsync(new BenchSetup { Options = Arguments.Of(options) });

    // The poll is far away, so that nothing is asked but what the test provokes.
    private static async Task<DeviceBench<KramerReply>> StartAsync(BenchSetup setup)
    {
        var bench = new DeviceBench<KramerReply>(KramerP3000Driver.Manifest, setup with { Poll = TimeSpan.FromHours(1) }, TestContext.Current.CancellationToken);
        await bench.StartAsync();
        await bench.ExpectNothingSentAsync();
        await bench.PassAsync(0.5);
        return bench;
    }

    private static async Task<DeviceBench<KramerReply>> ReadyAsync(string? secret = null)
    {
        var bench = await StartAsync(new BenchSetup { Secret = secret });
        await AnswerAsync(bench, [.. Identity, .. Tables]);
        Assert.Equal(DeviceState.Online, bench.Status.State);
        return bench;
    }

    private static async Task AnswerAsync(DeviceBench<KramerReply> bench, params (string Asked, string Answer)[] exchanges)
    {
        foreach (var (asked, answer) in exchanges)
        {
            await bench.ExpectSentAsync(asked);
            await bench.SaysAsync(answer);
        }
    }
}
