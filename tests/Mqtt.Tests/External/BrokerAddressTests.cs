using AvGateway.Mqtt.External;

namespace AvGateway.Mqtt.Tests.External;

public sealed class BrokerAddressTests
{
    [Theory]
    [InlineData("mqtt://gateway@10.1.1.5:1884", "10.1.1.5", 1884, false, "gateway")]
    [InlineData("mqtt://broker", "broker", 1883, false, null)]
    [InlineData("mqtts://gateway@broker", "broker", 8883, true, "gateway")]
    public void Reads(string text, string host, int port, bool isEncrypted, string? user)
    {
        Assert.True(BrokerAddress.TryParse(text, out var address, out _));

        Assert.Equal(new(host, port, isEncrypted, user), address);
    }

    [Theory]
    [InlineData("broker:1883")]
    [InlineData("tcp://broker")]
    [InlineData("mqtt://user:secret@broker")]
    [InlineData("mqtt://broker/path")]
    [InlineData("mqtt://broker:99999")]
    [InlineData("mqtt:broker")]
    public void Refuses(string text)
    {
        Assert.False(BrokerAddress.TryParse(text, out _, out var why));

        Assert.NotEmpty(why);
    }
}
