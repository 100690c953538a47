using AvGateway.LineWatch.Evidence;
using AvGateway.LineWatch.Watching;
using AvGateway.Links;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.LineWatch.Tests.Watching;

public sealed class EvidenceFolderTests : IDisposable
{
    private readonly Folder _folder = new();
    private readonly ManualClock _clock = new();

    [Fact]
    public void Evidence_is_gone_after_seven_days_and_not_before()
    {
        var captures = Open(null);
        Keep(captures, "F-2026-000001");
        _clock.Pass(TimeSpan.FromDays(6.9));
        captures.Sweep();
        Assert.True(File.Exists(_folder.Sub("F-2026-000001-wan.pcapng")));

        _clock.Pass(TimeSpan.FromDays(0.2));
        captures.Sweep();

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void The_oldest_go_when_it_would_be_too_much()
    {
        var captures = Open(null, most: 2500);
        for (var i = 1; i <= 4; i++)
        {
            Keep(captures, $"F-2026-00000{i}");
            _clock.Pass(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(["F-2026-000003-wan.pcapng", "F-2026-000004-wan.pcapng"], Directory.GetFiles(_folder.Path).Select(f => Path.GetFileName(f)).Order());
    }

    [Fact]
    public void With_a_key_nothing_readable_reaches_the_disk()
    {
        var captures = Open(new("a key of the court's own"));
        Keep(captures, "F-2026-000001");

        var file = _folder.Sub("F-2026-000001-wan.pcapng.sealed");
        Assert.Equal("captures/F-2026-000001-wan.pcapng.sealed", captures.NameOf("F-2026-000001", "wan"));
        Assert.True(SealedEvidence.IsSealed(File.ReadAllBytes(file)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        using var opened = SealedEvidence.Open(File.OpenRead(file), "a key of the court's own");
        Assert.Equal(1000, opened.Read(new byte[2000]));
    }

    [Fact]
    public void What_was_never_finished_is_no_evidence()
    {
        var captures = Open(null);
        captures.Begin("F-2026-000001", "wan").Dispose();
        Assert.False(File.Exists(_folder.Sub("F-2026-000001-wan.pcapng")));

        captures.Abandon("F-2026-000001", "wan");

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    public void Dispose() => _folder.Dispose();

    private EvidenceFolder Open(Secret? key, long most = EvidenceKeeping.UsualMost) =>
        new(new(_folder.Path, key, EvidenceKeeping.UsualKeep, most), _clock, NullLogger<EvidenceFolder>.Instance);

    private static void Keep(EvidenceFolder captures, string fault)
    {
        using (var file = captures.Begin(fault, "wan")) file.Write(new byte[1000]);
        captures.Finish(fault, "wan");
    }
}
