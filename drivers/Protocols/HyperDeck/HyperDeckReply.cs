using System.Diagnostics.CodeAnalysis;

namespace AvGateway.Drivers.Protocols.HyperDeck;

/// <summary>A numbered reply: 1xx refusal, 2xx answer, 5xx told unasked. Code 0 is a line that has no number.</summary>
/// <param name="Text">The words behind the number, without the colon that opens a block.</param>
public sealed record HyperDeckReply(int Code, string Text, KeyValuePair<string, string>[] Fields)
{
    public bool IsRefusal => Code is >= 100 and < 200;

    /// <summary>Whether this can answer a question whose good answer has this code.</summary>
    public bool Answers(int code) => Code == code || IsRefusal;

    public bool TryGet(string field, [NotNullWhen(true)] out string? value)
    {
        foreach (var (name, told) in Fields)
        {
            if (name != field) continue;
            value = told;
            return true;
        }

        value = null;
        return false;
    }

    public override string ToString() => $"{Code} {Text} {string.Join(" | ", Fields.Select(f => $"{f.Key}={f.Value}"))}".TrimEnd();
}
