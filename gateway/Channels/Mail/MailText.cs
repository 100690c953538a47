using System.Security.Cryptography;
using System.Text;
using AvGateway.Operations.Escalation;
using AvGateway.Operations.Faults;
using MimeKit;
using MimeKit.Text;

namespace AvGateway.Channels.Mail;

/// <summary>A notice as a mail: plain text and nothing else.</summary>
internal static class MailText
{
    private const int LongestAddress = 254;

    /// <summary>Null for one plain mail address: no name before it, no second one, nothing that could begin a header.</summary>
    public static string? CheckAddress(string address)
    {
        const string form = "write one mail address, for example duty@court.example";
        if (address.Length is 0 or > LongestAddress || address.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '<' or '>' or ',' or ';' or '"')) return form;
        var at = address.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && at < address.Length - 1 && MailboxAddress.TryParse(ParserOptions.Default, address, out var read) && read.Address == address ? null : form;
    }

    public static string DomainOf(string address) => address[(address.LastIndexOf('@') + 1)..];

    /// <summary>The same for every try: a receiver that saw it already sees the same message.</summary>
    public static MimeMessage Compose(Notice notice, string from, string to)
    {
        var message = new MimeMessage();
        message.From.Add(new MailboxAddress("AvGateway", from));
        message.To.Add(new MailboxAddress("", to));
        message.Subject = NoticeText.Subject(notice);
        message.Date = notice.At.ToUniversalTime();
        message.MessageId = $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{notice.Key}\n{to}")).AsSpan(0, 16))}@{DomainOf(from)}";
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.Headers.Add("X-Auto-Response-Suppress", "All");
        if (notice.Severity is Severity.P1) message.Importance = MessageImportance.High;
        var text = new TextPart(TextFormat.Plain);
        text.SetText(Encoding.UTF8, NoticeText.Body(notice));
        text.ContentTransferEncoding = ContentEncoding.Base64;
        message.Body = text;
        return message;
    }
}
