using System.Globalization;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>What must be there, and what must be readable where it is there.</summary>
public static partial class SipParser
{
    private static readonly string[] Once =
    [
        SipHeaders.CallId, SipHeaders.CSeq, SipHeaders.From, SipHeaders.To, SipHeaders.MaxForwards, SipHeaders.ContentLength,
            SipHeaders.ContentType,
        SipHeaders.Expires, SipHeaders.MinExpires, SipHeaders.Date, SipHeaders.Event, SipHeaders.ReferTo, SipHeaders.SubscriptionState,
    ];

    private static readonly string[] DateFormats = ["ddd, dd MMM yyyy HH:mm:ss 'GMT'", "ddd, d MMM yyyy HH:mm:ss 'GMT'"];

    private static void Check(SipMessage message, ref Findings findings)
    {
        CheckOnce(message.Headers, ref findings);
        CheckVia(message, ref findings);
        CheckPresent(message.From, message.Headers, SipHeaders.From, SipFault.Address, ref findings);
        CheckPresent(message.To, message.Headers, SipHeaders.To, SipFault.Address, ref findings);
        CheckSequence(message, ref findings);
        CheckCallId(message.Headers[SipHeaders.CallId], ref findings);
        CheckLists(message.Headers, ref findings);
        CheckNumbers(message.Headers, ref findings);
        if (message.Headers[SipHeaders.Date] is { } date && !IsDate(date)) findings.Add(SipFault.Date, 400, SipHeaders.Date);
        if (message.Headers[SipHeaders.ContentType] is { } type && !IsMediaType(type))
            findings.Add(SipFault.ContentType, 400, SipHeaders.ContentType);
        if (message.Headers[SipHeaders.ReferTo] is { } refer && !SipAddress.TryParse(refer, out _))
            findings.Add(SipFault.Address, 400, SipHeaders.ReferTo);
    }

    private static void CheckOnce(SipHeaderList headers, ref Findings findings)
    {
        foreach (var name in Once)
        {
            if (headers.Lines(name, out _) > 1) findings.Add(SipFault.Repeated, 400, name);
        }
    }

    private static void CheckPresent(object? read, SipHeaderList headers, string name, SipFault fault, ref Findings findings)
    {
        if (read is null) findings.Add(headers[name] is null ? SipFault.Missing : fault, 400, name);
    }

    private static void CheckVia(SipMessage message, ref Findings findings)
    {
        var count = 0;
        foreach (var header in message.Headers)
        {
            if (!ReferenceEquals(header.Name, SipHeaders.Via)) continue;
            var before = count;
            foreach (var range in new SipListSplitter(header.Value))
            {
                var scanner = new SipScanner(header.Value.AsSpan()[range]);
                if (!SipVia.TryRead(ref scanner, out _) || !scanner.AtEnd || ++count > SipLimits.ListValues)
                {
                    findings.Add(SipFault.Via, 400, SipHeaders.Via);
                    return;
                }
            }

            if (count == before) findings.Add(SipFault.Via, 400, SipHeaders.Via);
        }

        if (count == 0) findings.Add(SipFault.Missing, 400, SipHeaders.Via);
    }

    private static void CheckSequence(SipMessage message, ref Findings findings)
    {
        if (message.Sequence is not { } sequence)
        {
            findings.Add(message.Headers[SipHeaders.CSeq] is null ? SipFault.Missing : SipFault.Sequence, 400, SipHeaders.CSeq);
        }
        else if (message is SipRequest request && sequence.Method != request.Method)
        {
            findings.Add(SipFault.SequenceMethod, SipMethods.IsKnown(request.Method) ? 400 : 501, SipHeaders.CSeq);
        }
    }

    private static void CheckCallId(string? id, ref Findings findings)
    {
        if (id is null)
        {
            findings.Add(SipFault.Missing, 400, SipHeaders.CallId);
            return;
        }

        var at = id.IndexOf('@', StringComparison.Ordinal);
        var isWord = at < 0
            ? SipGrammar.Is(id, SipGrammar.Word)
            : SipGrammar.Is(id.AsSpan(0, at), SipGrammar.Word) && SipGrammar.Is(id.AsSpan(at + 1), SipGrammar.Word);
        if (!isWord || id.Length > 512) findings.Add(SipFault.CallId, 400, SipHeaders.CallId);
    }

    private static void CheckLists(SipHeaderList headers, ref Findings findings)
    {
        foreach (var header in headers)
        {
            var isContact = ReferenceEquals(header.Name, SipHeaders.Contact);
            if (!isContact && !ReferenceEquals(header.Name, SipHeaders.Route) && !ReferenceEquals(header.Name, SipHeaders.RecordRoute))
                continue;
            if (isContact && header.Value == "*") continue;
            var count = 0;
            foreach (var range in new SipListSplitter(header.Value))
            {
                if (++count <= SipLimits.ListValues && SipAddress.TryParse(header.Value.AsSpan()[range], out _)) continue;
                findings.Add(SipFault.Address, 400, header.Name);
                break;
            }
        }
    }

    private static void CheckNumbers(SipHeaderList headers, ref Findings findings)
    {
        if (headers[SipHeaders.MaxForwards] is { } hops && !SipGrammar.TryNumber(hops, 255, out _))
        {
            findings.Add(SipFault.MaxForwards, 400, SipHeaders.MaxForwards);
        }

        foreach (var name in (ReadOnlySpan<string>)[SipHeaders.Expires, SipHeaders.MinExpires])
        {
            if (headers[name] is { } seconds && !SipGrammar.TryNumber(seconds, uint.MaxValue, out _))
                findings.Add(SipFault.Number, 400, name);
        }
    }

    /// <summary>SIP-date is always GMT (§20.17); the names are English.</summary>
    private static bool IsDate(string text) =>
        DateTime.TryParseExact(text, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    private static bool IsMediaType(string text)
    {
        var scanner = new SipScanner(text);
        return !scanner.TakeAll(SipGrammar.Token).IsEmpty
            && scanner.TakeSeparator('/')
            && !scanner.TakeAll(SipGrammar.Token).IsEmpty
            && SipParameters.TryReadHeader(ref scanner, out _)
            && scanner.Rest.Trim(" \t").IsEmpty;
    }
}
