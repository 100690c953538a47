using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Operations.Probes;
using AvGateway.Scenes.Model;

namespace AvGateway.Probes.Kinds;

/// <summary>Whether the device is still the one that was installed, with the firmware that was accepted. Asks it nothing more.</summary>
internal sealed class IdentityProbe(IDeviceDirectory? devices)
{
    private static readonly string[] Words = [CommonWords.SerialNumber, CommonWords.ModelName, CommonWords.FirmwareVersion];

    public static ProbeKind Kind(ProbeTools tools) => new("identity", "A device is the one that was installed", "设备身份与固件", "", new IdentityProbe(tools.Devices).RunAsync)
    {
        NeedsDevice = true,
        Options =
        [
            new(CommonWords.SerialNumber, ValueKind.Text, "", "The serial number that it must tell", "应有的序列号"),
            new(CommonWords.ModelName, ValueKind.Text, "", "The model that it must tell", "应有的型号"),
            new(CommonWords.FirmwareVersion, ValueKind.Text, "", "The firmware that was accepted", "已验收的固件版本"),
        ],
        CheckOptions = options => Words.All(w => options[w].Text.Length == 0) ? ["name what it must be: \"serial\", \"model\" or \"firmware\""] : [],
        Every = TimeSpan.FromMinutes(5),
    };

    private Task<ProbeSight> RunAsync(ProbeTurn turn, CancellationToken late)
    {
        if (DeviceReadings.Of(devices, turn, out var device) is { } blind) return Task.FromResult(blind);
        var wrong = new List<Wording>();
        foreach (var word in Words.Where(w => turn.Plan.Options[w].Text.Length > 0))
        {
            if (DeviceReadings.Read(device, turn, word, out var value) is { } unseen) return Task.FromResult(unseen);
            var (told, wanted) = (value.ToString() ?? "", turn.Plan.Options[word].Text);
            if (told != wanted) wrong.Add(new($"{DeviceReadings.TitleOf(device, word).Zh}为“{told}”，应为“{wanted}”", $"{word} is \"{told}\", should be \"{wanted}\""));
        }

        return Task.FromResult(wrong.Count == 0 ? ProbeSight.Seen(new("为已登记的设备", "the device that was installed")) : ProbeSight.Wrong(Wording.Joined(wrong)));
    }
}
