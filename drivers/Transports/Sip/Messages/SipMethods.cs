namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Method names. Methods are case-sensitive (RFC 3261 §7.1).</summary>
public static class SipMethods
{
    public const string Ack = "ACK";
    public const string Bye = "BYE";
    public const string Cancel = "CANCEL";
    public const string Info = "INFO";
    public const string Invite = "INVITE";
    public const string Message = "MESSAGE";
    public const string Notify = "NOTIFY";
    public const string Options = "OPTIONS";
    public const string Prack = "PRACK";
    public const string Publish = "PUBLISH";
    public const string Refer = "REFER";
    public const string Register = "REGISTER";
    public const string Subscribe = "SUBSCRIBE";
    public const string Update = "UPDATE";

    /// <summary>What this user agent answers with more than a refusal.</summary>
    public const string Understood = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, MESSAGE, NOTIFY, REFER, UPDATE";

    private static readonly string[] Known =
        [Ack, Bye, Cancel, Info, Invite, Message, Notify, Options, Prack, Publish, Refer, Register, Subscribe, Update];

    internal static bool IsKnown(string method) => Array.IndexOf(Known, method) >= 0;

    internal static string Interned(ReadOnlySpan<char> method)
    {
        foreach (var known in Known)
        {
            if (method.SequenceEqual(known)) return known;
        }

        return method.ToString();
    }
}
