using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using AvGateway.Drivers.Transports;
using AvGateway.Operations.Escalation;

namespace AvGateway.Channels.Webhook;

/// <summary>
/// Posts a notice to one receiver: our JSON with a signature, or the message of a group robot. It goes where the site file says and nowhere else:
/// no proxy, no redirect, no address that was not looked at.
/// </summary>
internal sealed class WebhookChannel : IChannel, IDisposable
{
    public const string TimestampHeader = "AvGateway-Timestamp";
    public const string SignatureHeader = "AvGateway-Signature";
    public const string KeyHeader = "Idempotency-Key";

    private const int LargestAnswer = 16 * 1024;

    private readonly WebhookPlan _plan;
    private readonly string _site;
    private readonly TimeProvider _time;
    private readonly RobotPace _pace;
    private readonly HttpClient _http;

    public WebhookChannel(WebhookPlan plan, string site, HostResolver resolver, TimeProvider time)
    {
        (_plan, _site, _time, _pace) = (plan, site, time, new(time));
        _http = new(Handler(plan, new(plan.Allowed, resolver))) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public string Id => _plan.Id;

    public TimeSpan Patience => _plan.Patience;

    public async Task<Delivery> DeliverAsync(Notice notice, string address, CancellationToken cancellation)
    {
        if (_plan.CheckAddress(address) is { } wrong) return Ends.Refused(wrong);
        if (_plan.Format is not WebhookFormat.Json && !_pace.TryTake(notice.Severity, out var wait)) return Ends.Later("its minute is full", wait);
        using var request = Compose(notice);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return await EndOfAsync(response, cancellation);
        }
        catch (HttpRequestException failed)
        {
            return Explain(failed);
        }
        catch (IOException broken)
        {
            return Ends.Later($"{_plan.Url.Host}: {broken.Message}");
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>HMAC-SHA256 over the time stamp, a dot and the body, as the receiver computes it again.</summary>
    internal static string Signature(string key, string timestamp, ReadOnlySpan<byte> body)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(key));
        mac.AppendData(Encoding.ASCII.GetBytes(timestamp + "."));
        mac.AppendData(body);
        return "v1=" + Convert.ToHexStringLower(mac.GetHashAndReset());
    }

    private static SocketsHttpHandler Handler(WebhookPlan plan, AllowedHosts hosts)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectCallback = hosts.ConnectAsync,
            MaxConnectionsPerServer = 4,
            MaxResponseHeadersLength = 16,

            // A name that leads elsewhere by now is looked at again.
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ActivityHeadersPropagator = null,
            SslOptions = new SslClientAuthenticationOptions { EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 },
        };
        if (plan.Authorities is { } authorities) handler.SslOptions.CertificateChainPolicy = Trust.Only(authorities);
        return handler;
    }

    private HttpRequestMessage Compose(Notice notice)
    {
        var now = _time.GetUtcNow();
        var isOurs = _plan.Format is WebhookFormat.Json;
        var body = isOurs ? NoticeJson.Write(notice, _site) : RobotText.Write(notice, _plan.Format, _plan.IsMarkdown);
        var request = new HttpRequestMessage(HttpMethod.Post, isOurs ? _plan.Url : WithToken(now))
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") { CharSet = "utf-8" } } },
            Version = HttpVersion.Version11,
        };
        request.Headers.UserAgent.Add(new("AvGateway", null));
        if (!isOurs) return request;
        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        request.Headers.Add(KeyHeader, HeaderSafe(notice.Key));
        request.Headers.Add(TimestampHeader, timestamp);
        if (_plan.Key is { } key) request.Headers.Add(SignatureHeader, Signature(key.Reveal(), timestamp, body));
        if (_plan.Token is { } token) request.Headers.Authorization = new("Bearer", token.Reveal());
        return request;
    }

    private Uri WithToken(DateTimeOffset now)
    {
        var query = new StringBuilder();
        if (_plan.Token is { } token) query.Append(_plan.Format is WebhookFormat.WeCom ? "key=" : "access_token=").Append(Uri.EscapeDataString(token.Reveal()));
        if (_plan is { Format: WebhookFormat.DingTalk, Key: { } key })
        {
            var milliseconds = now.ToUnixTimeMilliseconds();
            query.Append(CultureInfo.InvariantCulture, $"&timestamp={milliseconds}&sign={Uri.EscapeDataString(RobotText.Sign(key.Reveal(), milliseconds))}");
        }

        return new UriBuilder(_plan.Url) { Query = query.ToString().TrimStart('&') }.Uri;
    }

    private static string HeaderSafe(string key) =>
        key.Length <= 200 && key.All(c => c is > ' ' and <= '~') ? key : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private async Task<Delivery> EndOfAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var status = (int)response.StatusCode;
        var said = $"{_plan.Url.Host} answers {status}";
        if (status is >= 200 and < 300) return await TakenAsync(response, said, cancellation);
        if (status is >= 300 and < 400) return Ends.Refused($"{said} and points to {HostOf(response.Headers.Location)}: redirects are not followed, name the right place in \"url\"");
        if (status is 408 or 425 or 429 or >= 500) return Held(said, WishOf(response.Headers.RetryAfter));
        return Ends.Refused(status is 401 or 403 ? $"{said}: see \"secret\" and \"token\"" : said);
    }

    private Delivery Held(string said, TimeSpan? wish)
    {
        // A robot that says so is asked no more, whoever has something for it.
        if (_plan.Format is not WebhookFormat.Json && wish is { } span) _pace.Hold(span);
        return Ends.Later(said, wish);
    }

    private async Task<Delivery> TakenAsync(HttpResponseMessage response, string said, CancellationToken cancellation)
    {
        if (_plan.Format is WebhookFormat.Json) return Ends.Taken(said);
        var answer = new byte[LargestAnswer];
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var length = await stream.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, cancellation);
        return RobotText.ErrorCode(answer.AsSpan(0, length)) is { } code
            ? RobotErrors.End(_plan.Format, code, _pace)
            : Ends.Later($"{said}, and what it says is no answer of a robot");
    }

    private TimeSpan? WishOf(RetryConditionHeaderValue? wish) => wish switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - _time.GetUtcNow(),
        _ => null,
    };

    private string HostOf(Uri? location) => location is null ? "nowhere" : location.IsAbsoluteUri ? location.Host : _plan.Url.Host;

    private Delivery Explain(HttpRequestException failed) => failed switch
    {
        { InnerException: ForbiddenAddressException forbidden } => Ends.Refused(forbidden.Message),
        { HttpRequestError: HttpRequestError.SecureConnectionError } => Ends.Later($"{_plan.Url.Host}: no secure connection: {Innermost(failed)}; its certificate must be of the authority in \"ca\" and name this host"),
        _ => Ends.Later($"{_plan.Url.Host}: {Innermost(failed)}"),
    };

    private static string Innermost(Exception failed) => failed.GetBaseException().Message;
}
