using System.Buffers;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.Profiled;
using AvGateway.Testing;

namespace AvGateway.Drivers.Tests.Profiled;

/// <summary>What the engine may never do, whatever the profile says.</summary>
public sealed class ProfiledDriverTests
{
    private const string Toggling = """
        {
          "profile": "acme-t1", "class": "display", "models": "Acme T1", "source": "Acme T1 manual, page 2",
          "bytes": "text", "frame": { "end": "\r" }, "links": { "tcp": 4001 }, "pace": { "gap": "50ms", "reply": "1s", "follow": "10s" },
          "codes": { "power": { "off": "0", "on": "1" } },
          "read": { "power": { "send": "P?", "answer": "P={value}" } },
          "verbs": { "power-on": { "send": "KEY POWER", "answer": "OK", "toggle": true }, "power-off": { "send": "KEY POWER", "answer": "OK", "toggle": true } },
          "absent": ["input"]
        }
        """;

    [Fact]
    public async Task A_code_for_both_ways_is_sent_from_the_other_side_alone()
    {
        await using var bench = await StartAsync(Toggling, "P=1\r");
        var on = bench.Ask(PowerWords.OnVerb);
        await bench.ExpectSentAsync("P?\r");
        await bench.SaysAsync("P=1\r");
        await bench.ExpectSentAsync("P?\r");
        await bench.SaysAsync("P=1\r");

        Assert.Equal(CommandOutcome.Verified, (await on).Outcome);
        await bench.ExpectNothingSentAsync();

        var off = bench.Ask(PowerWords.OffVerb);
        await bench.ExpectSentAsync("P?\r");
        await bench.SaysAsync("P=1\r");
        await bench.ExpectSentAsync("KEY POWER\r");
        await bench.SaysAsync("OK\r");
        Assert.False(off.IsCompleted);
        await bench.PassAsync(2);
        await bench.ExpectSentAsync("P?\r");
        await bench.SaysAsync("P=0\r");
        Assert.Equal(CommandOutcome.Verified, (await off).Outcome);
    }

    [Fact]
    public async Task A_code_for_both_ways_whose_answer_was_lost_is_never_sent_twice()
    {
        await using var bench = await StartAsync(Toggling, "P=1\r");
        var off = bench.Ask(PowerWords.OffVerb);
        await bench.ExpectSentAsync("P?\r");
        await bench.SaysAsync("P=1\r");
        await bench.ExpectSentAsync("KEY POWER\r");
        await bench.PassAsync(1.2);
        Assert.Equal(CommandOutcome.NoReply, (await off).Outcome);
        Assert.Equal(2, (await off).Attempts);
        bench.OverlookSent();

        // The display is slow and still says that it is on: a second code would switch it on again behind the first.
        var again = bench.Ask(PowerWords.OffVerb);
        await bench.SaysAsync("P=1\r");
        await bench.PassAsync(1);
        Assert.Equal(CommandOutcome.Rejected, (await again).Outcome);
        Assert.True((await again).Retryable);
    }

    [Fact]
    public async Task A_state_that_is_not_understood_moves_no_code_for_both_ways()
    {
        await using var bench = await StartAsync(Toggling, "P=1\r");
        var off = bench.Ask(PowerWords.OffVerb);
        await bench.ExpectSentAsync("P?\r");
        await bench.SaysAsync("P=9\r");

        Assert.Equal(CommandOutcome.Rejected, (await off).Outcome);
        await bench.ExpectNothingSentAsync();
    }

    [Theory]
    [InlineData("a\rP1=0")]
    [InlineData("a\nb")]
    [InlineData("a\0")]
    [InlineData("庭审")]
    [InlineData("longer than sixteen characters")]
    public async Task Nothing_of_a_callers_text_becomes_a_second_frame(string words)
    {
        await using var bench = await StartAsync(ProfileLintTests.Good, "P1=1\r", "I=1\r", "V=5\r");

        var result = await bench.Ask("show-title", ("words", words));

        Assert.Equal(CommandOutcome.Rejected, result.Outcome);
        Assert.Equal(0, result.Attempts);
        await bench.ExpectNothingSentAsync();
    }

    [Fact]
    public async Task A_text_that_fits_is_sent_and_what_cannot_be_read_back_is_assumed()
    {
        await using var bench = await StartAsync(ProfileLintTests.Good, "P1=1\r", "I=1\r", "V=5\r");

        var asked = bench.Ask("show-title", ("words", "Court 1"));
        await bench.ExpectSentAsync("T=Court 1\r");
        await bench.SaysAsync("OK\r");

        Assert.Equal(CommandOutcome.AcknowledgedOnly, (await asked).Outcome);
        Assert.Equal(Quality.Assumed, bench.Snapshot.Readings["title"].Quality);
        Assert.Equal(CommandOutcome.Rejected, (await bench.Ask("loudness", ("level", 101))).Outcome);
    }

    [Fact]
    public async Task An_answer_that_nobody_waits_for_changes_nothing()
    {
        await using var bench = await StartAsync(ProfileLintTests.Good, "P1=1\r", "I=1\r", "V=5\r");
        bench.Seen.Clear();

        await bench.SaysAsync("P1=0\rI=2\rV=9\rER1\rnonsense\r");

        Assert.Empty(bench.Seen.Readings);
        Assert.Equal(PowerStates.On, bench.Snapshot[PowerWords.PowerState].Text);
    }

    [Fact]
    public async Task A_code_that_the_profile_does_not_know_makes_the_value_unknown_and_costs_no_link()
    {
        await using var bench = await StartAsync(ProfileLintTests.Good, "P1=1\r", "I=1\r", "V=5\r");

        var asked = bench.Ask(DisplayWords.InputVerb, (DisplayWords.NameArgument, "hdmi"));
        await bench.ExpectSentAsync("I=2\r");
        await bench.SaysAsync("OK\r");
        await bench.ExpectSentAsync("I?\r");
        await bench.SaysAsync("I=7\r");

        Assert.False(asked.IsCompleted);
        Assert.NotEqual(Quality.Good, bench.Snapshot.Readings[DisplayWords.SelectedInput].Quality);
        Assert.Equal(PowerStates.On, bench.Snapshot[PowerWords.PowerState].Text);
        Assert.Equal(DeviceState.Online, bench.Status.State);
        Assert.Equal(1, bench.Opens);
    }

    [Theory]
    [InlineData("or8", "A9 17 2E 00 00 00", 1, "3F")]
    [InlineData("xor8", "01 02 03", 0, "00")]
    [InlineData("sum8", "02 00 00 00 00", 0, "02")]
    [InlineData("neg-sum8", "01 02", 0, "FD")]
    [InlineData("crc16-modbus", "01 03 00 00 00 01", 0, "840A")]
    public void Check_codes_are_those_of_the_manuals(string kind, string frame, int from, string expected)
    {
        var sum = new ProfileSum(Enum.GetValues<ProfileSumKind>().Single(k => Word(k) == kind), from);

        Assert.Equal(expected, Convert.ToHexString(sum.Of(Convert.FromHexString(frame.Replace(" ", "", StringComparison.Ordinal)))));

        static string Word(ProfileSumKind k) => k switch { ProfileSumKind.Or8 => "or8", ProfileSumKind.Xor8 => "xor8", ProfileSumKind.Sum8 => "sum8", ProfileSumKind.NegatedSum8 => "neg-sum8", _ => "crc16-modbus" };
    }

    [Fact]
    public void A_site_cannot_count_more_than_the_frames_can_name()
    {
        Assert.Equal(127, ProfileBench.Manifest("kramer-p2000").Options.Single(o => o.Name == "outputs").Max);
        var boxes = ProfileBench.Read(ProfiledOutletsTests.Relays.Replace("{outlet:2}", "{outlet:1}", StringComparison.Ordinal));

        Assert.Equal(9, ProfileManifest.Of(boxes).Options.Single(o => o.Name == "outlets").Max);
    }

    [Fact]
    public void A_frame_with_a_wrong_check_code_is_no_answer()
    {
        var profile = ProfileBench.Read(System.Text.Encoding.UTF8.GetString(BuiltInProfiles.File("sony-vpl")!));
        var answer = profile.ReadOf(PowerWords.PowerState)!.Answer;
        byte[] good = [0xA9, 1, 2, 2, 0, 3, 3, 0x9A];
        byte[] bad = [0xA9, 1, 2, 2, 0, 3, 7, 0x9A];

        Assert.True(answer.TryRead(good, _ => Value.None, out var found));
        Assert.Equal(PowerStates.On, found[ProfileRead.Value].Text);
        Assert.False(answer.TryRead(bad, _ => Value.None, out _));
    }

    [Fact]
    public void A_codec_writes_no_frame_inside_a_frame()
    {
        var codec = new ProfiledCodec(ProfileBench.Read(ProfileLintTests.Good).Frame);

        Assert.Throws<ArgumentException>(() => codec.Write("410D42", new ArrayBufferWriter<byte>()));
        Assert.Throws<ArgumentException>(() => codec.Write("P?", new ArrayBufferWriter<byte>()));
    }

    /// <summary>In step, with these answers to the questions as they come.</summary>
    private static async Task<DeviceBench<ProfiledReply>> StartAsync(string profile, params string[] answers)
    {
        var manifest = (DriverManifest<ProfiledReply>)ProfileManifest.Of(ProfileBench.Read(profile));
        var bench = new DeviceBench<ProfiledReply>(manifest, new() { Poll = TimeSpan.FromMinutes(5) }, TestContext.Current.CancellationToken);
        await bench.StartAsync();
        foreach (var answer in answers)
        {
            await bench.SaysAsync(answer);
            await bench.PassAsync(0.15);
        }

        bench.OverlookSent();
        Assert.Equal(DeviceState.Online, bench.Status.State);
        return bench;
    }
}
