using System.Globalization;

namespace AvGateway.Store.Journal;

/// <summary>How far the journal is known to go, as the state remembers it: <c>sequence:hash</c>.</summary>
internal sealed record ChainMark(long Seq, byte[] Hash)
{
    /// <exception cref="StoreCorruptException">It is not a mark.</exception>
    public static ChainMark? Parse(string? text)
    {
        if (text is null) return null;
        try
        {
            return text.Split(':') is [var seq, var hash]
                ? new(long.Parse(seq, NumberStyles.None, CultureInfo.InvariantCulture), Convert.FromHexString(hash))
                : throw new FormatException();
        }
        catch (FormatException damaged)
        {
            throw new StoreCorruptException("state.db", "the mark of the service record cannot be read", damaged);
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Seq}:{Convert.ToHexStringLower(Hash)}");
}
