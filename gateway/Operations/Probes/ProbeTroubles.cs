using System.Net.Sockets;
using AvGateway.Links;
using AvGateway.Operations.Inspections;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Probes;

/// <summary>Why a run got no answer, in words. The English is the error's own, with its place; the Chinese is told by its code.</summary>
public static class ProbeTroubles
{
    public static Wording NoAnswer(TimeSpan within) => new(FormattableString.Invariant($"{within.TotalSeconds:0.#} 秒内无应答"), FormattableString.Invariant($"no answer within {within.TotalSeconds:0.#} s"));

    public static Wording Of(Exception trouble)
    {
        for (var cause = trouble; cause is not null; cause = cause.InnerException)
            if (cause is SocketException socket) return new(OfSocket(socket.SocketErrorCode), trouble.Message);
        return trouble switch
        {
            LinkException link => new(SightReasons.Says(link.Reason).Zh, link.Message),
            HttpRequestException { HttpRequestError: var error and not HttpRequestError.Unknown } => new(OfHttp(error), trouble.Message),
            _ => new("连接中断或应答无法读取", trouble.Message),
        };
    }

    private static string OfSocket(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "对端拒绝连接：端口未开放",
        SocketError.HostUnreachable or SocketError.HostDown => "主机不可达",
        SocketError.NetworkUnreachable or SocketError.NetworkDown => "网络不可达",
        SocketError.TimedOut => "连接超时",
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => "连接被对端中断",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery => "主机名无法解析",
        SocketError.AccessDenied => "本机不允许此连接",
        SocketError.AddressAlreadyInUse => "本机端口已被占用",
        SocketError.TooManyOpenSockets => "本机打开的连接过多",
        _ => $"无法连接（{error}）",
    };

    private static string OfHttp(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "主机名无法解析",
        HttpRequestError.ConnectionError => "无法连接",
        HttpRequestError.SecureConnectionError => "无法建立加密连接",
        HttpRequestError.ResponseEnded => "应答未完整即中断",
        HttpRequestError.InvalidResponse => "应答不符合 HTTP",
        _ => $"无应答（{error}）",
    };
}
