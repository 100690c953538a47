using AvGateway.LineWatch.Evidence;

namespace AvGateway.LineWatch.Tests.Evidence;

public sealed class SealedEvidenceTests
{
    private const string Key = "a key of the court's own";

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(65_536)]
    [InlineData(200_000)]
    public void What_was_sealed_opens_with_its_key_and_shows_nothing_without(int length)
    {
        var plain = Enumerable.Range(0, length).Select(i => (byte)(i * 7)).ToArray();
        var file = Seal(plain);

        Assert.True(SealedEvidence.IsSealed(file));
        Assert.Equal(plain, Open(file, Key));
        if (length >= 10) Assert.Equal(-1, file.AsSpan().IndexOf(plain.AsSpan(0, 10)));
        Assert.Throws<SealException>(() => Open(file, "another key of the court"));
    }

    [Fact]
    public void A_changed_a_cut_and_a_rearranged_file_are_refused()
    {
        var plain = new byte[200_000];
        var file = Seal(plain);
        var changed = file.ToArray();
        changed[50_000] ^= 1;
        const int head = 9 + 16;
        const int part = 4 + 65_536 + 16;
        byte[] rearranged = [.. file[..head], .. file[(head + part)..(head + (2 * part))], .. file[head..(head + part)], .. file[(head + (2 * part))..]];
        byte[] shortened = file[..(head + part)];
        byte[] leftOut = [.. file[..head], .. file[(head + part)..]];

        Assert.All(new[] { changed, rearranged, shortened, leftOut, file[..^1] }, bad => Assert.Throws<SealException>(() => Open(bad, Key)));
    }

    [Fact]
    public void The_same_window_sealed_twice_is_two_files() => Assert.NotEqual(Seal([1, 2, 3]), Seal([1, 2, 3]));

    private static byte[] Seal(byte[] plain)
    {
        var output = new MemoryStream();
        using (var sealing = SealedEvidence.Seal(output, Key)) sealing.Write(plain);
        return output.ToArray();
    }

    private static byte[] Open(byte[] file, string key)
    {
        using var opened = SealedEvidence.Open(new MemoryStream(file), key);
        var plain = new MemoryStream();
        opened.CopyTo(plain);
        return plain.ToArray();
    }
}
