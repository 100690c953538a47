using System.Text.Json;
using AvGateway.Devices;
using AvGateway.Testing;

namespace AvGateway.Drivers.Tests.Drivers;

/// <summary>Every codec and every driver against the conversations that were written down from the vendors' texts.</summary>
public sealed class WireTests
{
    public static TheoryData<string, string> All => Rows(_ => true);

    public static TheoryData<string, string> Led => Rows(t => t.Note("driver") is not null);

    [Theory, MemberData(nameof(All))]
    public void Cuts_change_nothing_in_what_a_codec_reads(string protocol, string name) =>
        Catalog.Manifest(protocol).Accept(new Cutting(Find(protocol, name).DeviceStream));

    [Theory, MemberData(nameof(Led))]
    public Task Driver_follows_the_transcript(string protocol, string name) => Catalog.Manifest(protocol).Accept(new Playing(Find(protocol, name)));

    [Fact]
    public void Every_driver_leads_a_transcript() =>
        Assert.All(Catalog.BuiltIn.Manifests, manifest => Assert.Contains(WireTranscript.Of(manifest.Name), t => t.Note("driver") == manifest.Name));

    private static TheoryData<string, string> Rows(Func<WireTranscript, bool> isWanted)
    {
        var rows = new TheoryData<string, string>();
        foreach (var manifest in Catalog.BuiltIn.Manifests)
        {
            foreach (var transcript in WireTranscript.Of(manifest.Name).Where(isWanted)) rows.Add(manifest.Name, transcript.Name);
        }

        return rows;
    }

    /// <summary>What the driver of this conversation is configured for, where that is not its defaults.</summary>
    private static Arguments Options(WireTranscript transcript)
    {
        using var options = JsonDocument.Parse(transcript.Note("driver-options") ?? "{}");
        return new(options.RootElement.EnumerateObject()
            .Select(o => KeyValuePair.Create(o.Name, Value.TryRead(o.Value, out var value) ? value : throw new FormatException($"{o.Name} is no value"))));
    }

    private static WireTranscript Find(string protocol, string name) => WireTranscript.Of(protocol).Single(t => t.Name == name);

    private sealed class Cutting(byte[] stream) : IManifestVisitor<bool>
    {
        public bool Visit<TReply>(DriverManifest<TReply> manifest)
        {
            WireCuts.Check(() => manifest.Create(Catalog.Setup(manifest)).Codec, stream);
            return true;
        }
    }

    private sealed class Playing(WireTranscript transcript) : IManifestVisitor<Task>
    {
        public async Task Visit<TReply>(DriverManifest<TReply> manifest)
        {
            var user = transcript.Note("user");
            var setup = new BenchSetup
            {
                Link = transcript.Note("link") == "serial"
                    ? "serial:/dev/ttyS0" + (user is null ? "" : $"?user={user}")
                    : $"tcp://{(user is null ? "" : user + "@")}127.0.0.1:1",
                Secret = transcript.Note("password"),
                Options = Options(transcript),
            };
            await using var bench = new DeviceBench<TReply>(manifest, setup, TestContext.Current.CancellationToken);
            await WirePlayer.PlayAsync(transcript, bench);
        }
    }
}
