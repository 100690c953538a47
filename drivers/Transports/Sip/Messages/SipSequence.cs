using System.Globalization;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>CSeq: the number of a request within its dialog, and its method.</summary>
public readonly record struct SipSequence(uint Number, string Method)
{
    public static bool TryParse(ReadOnlySpan<char> text, out SipSequence sequence)
    {
        sequence = default;
        var scanner = new SipScanner(text.Trim(" \t"));
        if (!SipGrammar.TryNumber(scanner.TakeAll(SipGrammar.Digits), SipLimits.Sequence, out var number)) return false;
        if (scanner.Next is not (' ' or '\t')) return false;
        scanner.SkipWhite();
        var method = scanner.TakeAll(SipGrammar.Token);
        if (method.IsEmpty || !scanner.AtEnd) return false;
        sequence = new(number, SipMethods.Interned(method));
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number} {Method}");
}
