using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using AvGateway.Devices;
using AvGateway.Operations.Probes;
using AvGateway.Scenes.Model;

namespace AvGateway.Probes.Kinds;

/// <summary>Whether a page is served: its status, its content, and for how long its certificate is good.</summary>
internal sealed class HttpProbe(Reach reach)
{
    private const int MostRead = 256 * 1024;
    private const string CertificateDays = "certificate-days";

    public static ProbeKind Kind(ProbeTools tools) => new("http", "A web page is served", "网页可访问", "http://HOST/PATH or https://HOST/PATH", new HttpProbe(new(tools.Names)).RunAsync)
    {
        Schemes = ["http", "https"],
        TakesSecret = true,
        Options =
        [
            new("status", ValueKind.Text, "200-399", "Status that is right, as one number or FIRST-LAST", "正确的状态码，单个或 起-止"),
            new("contains", ValueKind.Text, "", "What the page must contain", "网页须包含的内容"),
            new("lacks", ValueKind.Text, "", "What the page must not contain", "网页不得包含的内容"),
            new("verify", ValueKind.Flag, true, "The certificate must be valid for this host", "证书须对该主机有效"),
        ],
        CheckOptions = options => Range(options["status"].Text) is null ? [$"\"status\": \"{options["status"].Text}\" is not a number or FIRST-LAST"] : [],
        Measures =
        [
            CommonMeasures.OfLatency(2000),
            new(CertificateDays, "d", "Days that the certificate is good for", "证书剩余天数", new MeasureLimits { WarnBelow = 21, AlarmBelow = 3 }),
        ],
        Within = TimeSpan.FromSeconds(10),
    };

    private static (int First, int Last)? Range(string text)
    {
        var parts = text.Split('-');
        if (parts.Length is not (1 or 2) || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)) return null;
        if (!int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last)) return null;
        return first is >= 100 and <= 599 && last >= first && last <= 599 ? (first, last) : null;
    }

    private async Task<ProbeSight> RunAsync(ProbeTurn turn, CancellationToken late)
    {
        var (plan, options) = (turn.Plan, turn.Plan.Options);
        var seen = new Certificate();
        using var handler = new SocketsHttpHandler
        {
            // A page that only answers by sending elsewhere is judged by that; a proxy would answer for itself.
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectCallback = async (connection, token) => new NetworkStream(await reach.ConnectAsync(connection.DnsEndPoint.Host, connection.DnsEndPoint.Port, turn, token), ownsSocket: true),
        };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) => seen.Look(certificate, errors, turn, options["verify"].Flag);
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri((plan.Target! with { User = null }).ToString()));
        request.Headers.UserAgent.Add(new("AvGateway", null));
        if (plan.Secret is { } secret)
            request.Headers.Authorization = plan.Target.User is { } user ? new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{secret.Reveal()}"))) : new AuthenticationHeaderValue("Bearer", secret.Reveal());
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, late);
            var page = await ReadAsync(response, late);
            turn.Note($"status {(int)response.StatusCode}, {page.Length} characters");
            return Judge(turn, response.StatusCode, page, [CommonMeasures.Took(turn.Elapsed), .. seen.Days(turn.Time)]);
        }
        catch (HttpRequestException refused) when (seen.Wrong is { } wrong)
        {
            turn.Note(refused.Message);
            return ProbeSight.Wrong(wrong, [.. seen.Days(turn.Time)]);
        }
        catch (HttpRequestException unreachable) when (!late.IsCancellationRequested)
        {
            return ProbeSight.Silent(ProbeTroubles.Of(unreachable) with { En = unreachable.InnerException?.Message ?? unreachable.Message });
        }
    }

    private static ProbeSight Judge(ProbeTurn turn, HttpStatusCode status, string page, params System.Collections.Immutable.ImmutableArray<Measured> measures)
    {
        var options = turn.Plan.Options;
        var (first, last) = Range(options["status"].Text)!.Value;
        if ((int)status < first || (int)status > last)
        {
            if (status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                return ProbeSight.Blind(
                    new($"服务器应答 {(int)status}", $"the server answers {(int)status}"),
                    new("为该探测配置可访问此网页的用户与密钥，或设置“status”", "give the probe a user and a secret that may see the page, or set \"status\""));
            return ProbeSight.Wrong(new($"状态码 {(int)status}，应为 {options["status"].Text}", $"status {(int)status}, should be {options["status"].Text}"), measures);
        }

        if (options["contains"].Text is { Length: > 0 } needed && !page.Contains(needed, StringComparison.Ordinal)) return ProbeSight.Wrong(new($"状态码 {(int)status}，但网页中没有“{needed}”", $"status {(int)status}, but \"{needed}\" is not on the page"), measures);
        if (options["lacks"].Text is { Length: > 0 } unwanted && page.Contains(unwanted, StringComparison.Ordinal)) return ProbeSight.Wrong(new($"状态码 {(int)status}，但网页中有“{unwanted}”", $"status {(int)status}, but \"{unwanted}\" is on the page"), measures);
        return ProbeSight.Seen(new($"状态码 {(int)status}", $"status {(int)status}"), measures);
    }

    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken late)
    {
        await using var body = await response.Content.ReadAsStreamAsync(late);
        var bytes = new byte[MostRead];
        var length = await body.ReadAtLeastAsync(bytes, MostRead, throwOnEndOfStream: false, late);
        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    /// <summary>What the server showed of itself. Looked at during the handshake, on the connection's own thread.</summary>
    private sealed class Certificate
    {
        private DateTimeOffset? _until;

        public Wording? Wrong { get; private set; }

        public bool Look(System.Security.Cryptography.X509Certificates.X509Certificate? shown, SslPolicyErrors errors, ProbeTurn turn, bool mustBeValid)
        {
            if (shown is System.Security.Cryptography.X509Certificates.X509Certificate2 certificate)
            {
                _until = certificate.NotAfter.ToUniversalTime();
                turn.Note($"certificate of {certificate.Subject}, good until {_until:yyyy-MM-dd}");
            }

            if (errors is SslPolicyErrors.None) return true;
            turn.Note($"the certificate is not valid here: {errors}");
            if (mustBeValid) Wrong = new($"证书对该主机无效（{errors}）", $"the certificate is not valid here ({errors})");
            return !mustBeValid;
        }

        public IEnumerable<Measured> Days(TimeProvider time) => _until is { } until ? [new(CertificateDays, Math.Floor((until - time.GetUtcNow()).TotalDays * 10) / 10)] : [];
    }
}
