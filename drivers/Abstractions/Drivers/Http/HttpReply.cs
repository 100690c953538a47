namespace AvGateway.Drivers.Http;

/// <summary>The answer to one request.</summary>
/// <param name="Status">The code of the status line: 200, 401, 503; 0 for an answer that could not be taken.</param>
/// <param name="Challenge">What a 401 asks for (<c>WWW-Authenticate</c>); empty where nothing is asked for.</param>
/// <param name="Body">As UTF-8, whatever it says of itself: the names and numbers that devices tell are ASCII.</param>
public sealed record HttpReply(int Status, string Reason, string ContentType, string Challenge, string Body)
{
    public bool IsGood => Status is >= 200 and < 300;

    /// <summary>The log-in is missing, wrong or not allowed to do this.</summary>
    public bool IsDenied => Status is 401 or 403;

    /// <summary>Status and reason, for people.</summary>
    public string Words => Reason.Length == 0 ? $"HTTP {Status}" : $"HTTP {Status} {Reason}";

    public override string ToString() => $"{Status} {Reason} [{ContentType}] [{Challenge}] {Body}";
}
