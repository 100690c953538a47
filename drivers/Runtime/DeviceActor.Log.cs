using System.Buffers;
using AvGateway.Devices;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Runtime;

public sealed partial class DeviceActor<TReply>
{
    [LoggerMessage(EventId = 110, Level = LogLevel.Warning, Message = "{Device} lost: {Reason}: {Detail}")]
    private static partial void DeviceLost(ILogger log, DeviceId device, string reason, string detail);

    [LoggerMessage(EventId = 111, Level = LogLevel.Information, Message = "{Device} is back and in step")]
    private static partial void DeviceBack(ILogger log, DeviceId device);

    [LoggerMessage(EventId = 112, Level = LogLevel.Error, Message = "{Device}: the driver failed and is replaced")]
    private static partial void DriverCrashed(ILogger log, Exception bug, DeviceId device);

    [LoggerMessage(EventId = 117, Level = LogLevel.Error, Message = "{Device}: its driver cannot be made; the device is out of use until the gateway is restarted")]
    private static partial void DriverNotMade(ILogger log, Exception bug, DeviceId device);

    [LoggerMessage(EventId = 113, Level = LogLevel.Error, Message = "{Device}: the driver failed again and again; it is left alone until the gateway is restarted")]
    private static partial void Quarantined(ILogger log, DeviceId device);

    [LoggerMessage(EventId = 114, Level = LogLevel.Error, Message = "{Device}: {Found} answers where {Expected} is expected; no command will be sent. Check the cabling, or the serialNumber in the site file")]
    private static partial void ForeignDevice(ILogger log, DeviceId device, string found, string expected);

    [LoggerMessage(EventId = 115, Level = LogLevel.Warning, Message = "{Device}: its link did not close in time; the gateway stops without it")]
    private static partial void KeeperHangs(ILogger log, DeviceId device);

    private void Passed(char direction, ReadOnlySequence<byte> bytes, bool isSecret)
    {
        if (isSecret) _frames.AddHidden(direction == '>');
        else _frames.Add(direction == '>', bytes);
        if (!_log.IsEnabled(LogLevel.Trace)) return;
        var frame = WireText.Of(isSecret ? Hidden : bytes);
        Wire(_log, Id, direction, frame);
    }

    [LoggerMessage(EventId = 116, Level = LogLevel.Trace, Message = "{Device} {Direction} {Frame}")]
    private static partial void Wire(ILogger log, DeviceId device, char direction, string frame);
}
