using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Everything that the SIP transport says in the log.</summary>
internal static partial class SipLog
{
    [LoggerMessage(EventId = 700, Level = LogLevel.Debug, Message = "SIP to {Peer} was not sent: {Error}")]
    public static partial void NotSent(ILogger log, SipPeer peer, SocketError error);

    [LoggerMessage(EventId = 701, Level = LogLevel.Debug, Message = "SIP connection with {Peer} ended: {Failure}")]
    public static partial void ConnectionEnded(ILogger log, SipPeer peer, SipFailure failure);

    [LoggerMessage(EventId = 702, Level = LogLevel.Warning, Message = "SIP at {Local}: a connection was not accepted: {Error}")]
    public static partial void NotAccepted(ILogger log, EndPoint local, SocketError error);

    [LoggerMessage(EventId = 703, Level = LogLevel.Error, Message = "SIP: a step failed and the stack goes on")]
    public static partial void StepFailed(ILogger log, Exception bug);

    [LoggerMessage(EventId = 704, Level = LogLevel.Debug, Message = "SIP from {Peer} refused: {Verdict}")]
    public static partial void Refused(ILogger log, SipPeer peer, SipVerdict verdict);

    [LoggerMessage(EventId = 705, Level = LogLevel.Warning, Message = "SIP: {Source} sends faster than it may; the rest is dropped")]
    public static partial void Flooding(ILogger log, IPAddress source);

    [LoggerMessage(EventId = 706, Level = LogLevel.Trace, Message = "SIP {Direction} {Peer}: {Message}")]
    public static partial void Passed(ILogger log, char direction, SipPeer peer, SipMessage message);

    [LoggerMessage(EventId = 707, Level = LogLevel.Warning, Message = "SIP account {Account}: {Realm} refused the password; it is not sent again until it changes")]
    public static partial void PasswordRefused(ILogger log, SipUri account, string realm);
}
