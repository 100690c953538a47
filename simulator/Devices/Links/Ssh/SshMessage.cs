namespace AvGateway.Simulator.Devices.Links.Ssh;

/// <summary>Message numbers of RFC 4253, 4252, 4256 and 4254.</summary>
internal static class SshMessage
{
    public const byte Disconnect = 1;
    public const byte Ignore = 2;
    public const byte Unimplemented = 3;
    public const byte Debug = 4;
    public const byte ServiceRequest = 5;
    public const byte ServiceAccept = 6;
    public const byte ExtensionInfo = 7;
    public const byte KeyExchange = 20;
    public const byte NewKeys = 21;
    public const byte EcdhInit = 30;
    public const byte EcdhReply = 31;
    public const byte AuthRequest = 50;
    public const byte AuthFailure = 51;
    public const byte AuthSuccess = 52;
    public const byte InfoRequest = 60;
    public const byte InfoResponse = 61;
    public const byte GlobalRequest = 80;
    public const byte RequestFailure = 82;
    public const byte ChannelOpen = 90;
    public const byte ChannelOpened = 91;
    public const byte ChannelNotOpened = 92;
    public const byte WindowAdjust = 93;
    public const byte ChannelData = 94;
    public const byte ChannelEof = 96;
    public const byte ChannelClose = 97;
    public const byte ChannelRequest = 98;
    public const byte ChannelSuccess = 99;
    public const byte ChannelFailure = 100;
}
