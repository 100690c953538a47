using System.Text;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.Profiled;
using AvGateway.Drivers.Tests.Drivers;
using AvGateway.Testing;

namespace AvGateway.Drivers.Tests.Profiled;

/// <summary>What holds for every profile that comes with the gateway.</summary>
public sealed class ProfileTests
{
    public static TheoryData<string> Names => [.. BuiltInProfiles.Names()];

    public static TheoryData<string> Blind => [.. BuiltInProfiles.Names().Where(name => !ProfileBench.Manifest(name).CanBeAsked)];

    [Fact]
    public void There_are_at_least_eight_of_them_and_some_of_each_kind()
    {
        var manifests = BuiltInProfiles.Manifests;

        Assert.True(manifests.Count >= 8);
        Assert.Contains(manifests, m => !m.CanBeAsked);
        Assert.Equal([DeviceClass.Display, DeviceClass.Matrix, DeviceClass.Power], manifests.Select(m => m.Class).Distinct().Order(Comparer<DeviceClass>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()))));
        Assert.Equal(manifests.Count, manifests.Select(m => m.Name).Distinct().Count());
    }

    [Theory, MemberData(nameof(Names))]
    public void Its_page_is_the_one_that_is_made_out_of_it(string name)
    {
        var profile = ProfileBench.Read(Encoding.UTF8.GetString(BuiltInProfiles.File(name)!));

        Golden.Check(ProfileDocument.Write(profile, Grade.Room), "drivers", "Protocols", "Profiled", "profiles", $"{name}.md");
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_question_every_verb_and_every_yes_stands_in_a_transcript(string name)
    {
        var profile = ProfileBench.Read(Encoding.UTF8.GetString(BuiltInProfiles.File(name)!));
        var transcripts = WireTranscript.Of($"profile:{name}").ToArray();
        var said = Frames(transcripts, '<', profile);
        var sent = transcripts.SelectMany(t => t.Steps.Where(s => s.Mark == '>')).Select(s => Inside(WireNotation.Read(s.Text), profile.Frame)).ToArray();

        Assert.All(profile.Reads, read =>
        {
            Assert.True(sent.Any(f => IsOne(read.Send, f)), $"nobody asks {read.Send.Text}");
            Assert.True(said.Any(f => IsOne(read.Answer, f)), $"nobody answers {read.Answer.Text}");
        });

        // One way of a pair is enough: the other differs by a code.
        Assert.Contains(profile.Verbs, verb => sent.Any(f => IsOne(verb.Send, f)));
        Assert.All(profile.Verbs.Where(v => v.Answer is not null && sent.Any(f => IsOne(v.Send, f))), verb => Assert.True(said.Any(f => IsOne(verb.Answer!, f)), $"nobody answers {verb.Answer!.Text}"));
    }

    [Theory, MemberData(nameof(Names))]
    public void It_tells_its_source_and_its_bounds(string name)
    {
        var profile = ProfileBench.Read(Encoding.UTF8.GetString(BuiltInProfiles.File(name)!));

        Assert.True(profile.Source.Length > 20);
        Assert.NotEmpty(profile.Notes);
        Assert.Equal($"profile:{name}", profile.Driver);
    }

    [Theory, MemberData(nameof(Blind))]
    public async Task What_cannot_be_asked_is_assumed_and_never_looks_as_if_it_had_been_seen(string name)
    {
        var manifest = ProfileBench.Manifest(name);
        SimulatedPeer? peer = null;
        await using var bench = new DeviceBench<ProfiledReply>(manifest, new() { Link = "serial:/dev/ttyS0", Peer = clock => peer = new(ProfileBench.Setting(name), clock) }, TestContext.Current.CancellationToken);
        peer!.Set("frozen", true);
        await bench.StartAsync();
        Assert.Equal(DeviceState.Online, bench.Status.State);
        Assert.Empty(bench.Snapshot.Readings);

        foreach (var verb in manifest.Verbs)
        {
            Assert.False(verb.ReadBack);
            var result = await bench.DoAsync(verb.Name, [.. verb.Arguments.Select(a => (a.Name, (Value)1))]);
            Assert.Equal(CommandOutcome.AcknowledgedOnly, result.Outcome);
            Assert.Equal(1, result.Attempts);
        }

        await bench.PassAsync(TimeSpan.FromMinutes(30));
        Assert.DoesNotContain(bench.Seen.Readings, r => r.Reading.Quality is Quality.Good);
        Assert.Contains(bench.Seen.Readings, r => r.Reading.Quality is Quality.Assumed);
        Assert.Equal(1, bench.Opens);
        Assert.Empty(bench.Log.Lines);
    }

    [Fact]
    public async Task A_no_of_a_device_that_cannot_be_asked_is_told_and_nothing_is_assumed()
    {
        SimulatedPeer? peer = null;
        await using var bench = new DeviceBench<ProfiledReply>(ProfileBench.Manifest("ricoh-pjx3131"), new() { Link = "serial:/dev/ttyS0", Peer = clock => peer = new(ProfileBench.Setting("ricoh-pjx3131"), clock) }, TestContext.Current.CancellationToken);
        await bench.StartAsync();
        peer!.Set("refuse", true);

        var refused = await bench.DoAsync(PowerWords.OnVerb);
        peer.Set("mute", true);
        var silent = await bench.DoAsync(PowerWords.OnVerb);

        Assert.Equal(CommandOutcome.Refused, refused.Outcome);
        Assert.Equal(CommandOutcome.NoReply, silent.Outcome);
        Assert.Empty(bench.Snapshot.Readings);
    }

    [Fact]
    public async Task Relays_keep_the_pause_of_the_profile_between_two_frames()
    {
        SimulatedPeer? peer = null;
        await using var bench = new DeviceBench<ProfiledReply>(ProfileBench.Manifest("toptrons-power8"), new() { Link = "serial:/dev/ttyS0", Peer = clock => peer = new(ProfileBench.Setting("toptrons-power8"), clock) }, TestContext.Current.CancellationToken);
        await bench.StartAsync();

        var asked = Enumerable.Range(1, 8).Select(outlet => bench.Ask(OutletWords.OnVerb, (OutletWords.OutletArgument, outlet))).ToArray();
        await bench.PassUntilAsync(TimeSpan.FromSeconds(20), () => asked.All(a => a.IsCompleted), "all ends");

        var times = peer!.Device.Trace.Since(0).Where(f => f.Direction is Simulator.Devices.TraceDirection.Received).Select(f => f.At).ToArray();
        Assert.Equal(8, times.Length);
        Assert.All(times.Zip(times.Skip(1), (before, after) => after - before), pause => Assert.InRange(pause, TimeSpan.FromSeconds(1.2), TimeSpan.FromSeconds(1.5)));
        Assert.Equal(CommandOutcome.Rejected, (await bench.DoAsync(OutletWords.OnVerb, (OutletWords.OutletArgument, 9))).Outcome);
        Assert.Equal(CommandOutcome.Rejected, (await bench.DoAsync(OutletWords.OnVerb, (OutletWords.OutletArgument, 0))).Outcome);
    }

    private static byte[][] Frames(IEnumerable<WireTranscript> transcripts, char mark, Profile profile)
    {
        var frames = new List<byte[]>();
        foreach (var transcript in transcripts)
        {
            var stream = new System.Buffers.ReadOnlySequence<byte>([.. transcript.Steps.Where(s => s.Mark == mark).SelectMany(s => WireNotation.Read(s.Text))]);
            var codec = new ProfiledCodec(profile.Frame);
            while (codec.TryRead(ref stream, out var reply)) frames.Add(reply.Frame.ToArray());
        }

        return [.. frames];
    }

    private static byte[] Inside(byte[] frame, ProfileFrame form) => frame[form.Start.Length..^form.End.Length];

    private static bool IsOne(ProfileTemplate template, byte[] frame) => template.TryRead(frame, _ => Value.None, out _);
}
