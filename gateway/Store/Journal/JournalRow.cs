using System.Buffers;
using System.Buffers.Binary;
using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AvGateway.Operations.Journal;

namespace AvGateway.Store.Journal;

/// <summary>
/// A row as it is stored. Its hash is SHA-256 over the hash of the row before it and its own members, each with its length in front, so that
/// moving a letter from one member to the next gives another hash.
/// </summary>
internal sealed record JournalRow(long Seq, string At, string Kind, string Subject, string Actor, string Details, byte[] Hash)
{
    private const int HashSize = SHA256.HashSizeInBytes;
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    /// <summary>Details beyond this are replaced by their size and digest: a row is evidence, not storage.</summary>
    public const int MaxDetails = 16 << 10;

    /// <summary>Kind, subject and actor beyond this are cut.</summary>
    public const int MaxWord = 256;

    public static byte[] Genesis(string store) => SHA256.HashData(Encoding.UTF8.GetBytes($"AvGateway service record of {store}"));

    public static JournalRow Follow(long seq, byte[] previous, JournalEntry entry)
    {
        var row = new JournalRow(seq, TimeText(entry.At), Word(entry.Kind), Word(entry.Subject), Word(entry.Actor), Bounded(entry.Details), []);
        return row with { Hash = row.HashAfter(previous) };
    }

    public static JournalRow Read(DbDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetFieldValue<byte[]>(6));

    public static string TimeText(DateTimeOffset at) => at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    public bool Follows(byte[] previous) => Hash.AsSpan().SequenceEqual(HashAfter(previous));

    public JournalRecord ToRecord() => new(
        Seq, new(DateTimeOffset.ParseExact(At, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), Kind, Subject, Actor, Details));

    private byte[] HashAfter(byte[] previous)
    {
        var canonical = new ArrayBufferWriter<byte>(256 + Details.Length);
        canonical.Write(previous);
        BinaryPrimitives.WriteInt64BigEndian(canonical.GetSpan(sizeof(long)), Seq);
        canonical.Advance(sizeof(long));
        foreach (var member in (ReadOnlySpan<string>)[At, Kind, Subject, Actor, Details]) Add(canonical, member);
        return SHA256.HashData(canonical.WrittenSpan);
    }

    private static void Add(ArrayBufferWriter<byte> canonical, string member)
    {
        var size = Encoding.UTF8.GetByteCount(member);
        BinaryPrimitives.WriteInt32BigEndian(canonical.GetSpan(sizeof(int)), size);
        canonical.Advance(sizeof(int));
        Encoding.UTF8.GetBytes(member, canonical.GetSpan(size));
        canonical.Advance(size);
    }

    private static string Word(string text) => Storable(text.Length <= MaxWord ? text : text[..MaxWord]);

    private static string Bounded(string details)
    {
        if (details.Length <= MaxDetails) return Storable(details);
        var bytes = Encoding.UTF8.GetBytes(details);
        return $$"""{"oversize":{{bytes.Length}},"sha256":"{{Convert.ToHexStringLower(SHA256.HashData(bytes))}}"}""";
    }

    // PostgreSQL takes no NUL in a text and both engines change a lone surrogate: what is hashed must be what comes back.
    private static string Storable(string text)
    {
        var sound = text.Contains('\0') ? text.Replace('\0', '\uFFFD') : text;
        return sound.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 ? sound : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(sound));
    }
}
