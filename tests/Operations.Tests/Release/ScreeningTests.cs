using AvGateway.Operations.Release;

namespace AvGateway.Operations.Tests.Release;

/// <summary>The net under what people write.</summary>
public sealed class ScreeningTests
{
    private static readonly Screening Net = new(["张三", "Zhang San", "Li"], ["s3cr3t-pw", "recorder.court.example"]);

    [Theory]
    [InlineData("（2026）浙01刑初123号庭审中断")]
    [InlineData("(2026) 浙 01 民终 5 号")]
    [InlineData("民初第88号开庭时")]
    [InlineData("身份证 330106199001011234")]
    [InlineData("33010619900101123X")]
    [InlineData("see https://intranet/x")]
    [InlineData("dial sip:judge")]
    [InlineData("write to desk@court")]
    [InlineData("it stands at 10.9.8.7")]
    [InlineData("00:1b:2c:3d:4e:5f")]
    [InlineData("fe80::1")]
    [InlineData("ask 张三 for the key")]
    [InlineData("ask zhang san")]
    [InlineData("Li has the key")]
    [InlineData("password s3cr3t-pw")]
    [InlineData("RECORDER.court.example is away")]
    public void What_may_never_leave_is_found(string text) => Assert.NotNull(Net.Of(text, isVersion: false));

    [Theory]
    [InlineData("输出 3 无图像，断电重启两次无效")]
    [InlineData("AV desk, ext. 8012, workdays 12:00-13:30")]
    [InlineData("0571-8765 4321")]
    [InlineData("listened to the fan; lights on")]
    [InlineData("机柜 A3，12U，2 号电源")]
    [InlineData("firmware 6.2.1 of 2026-03-01")]
    public void What_a_vendor_needs_passes(string text) => Assert.Null(Net.Of(text, isVersion: false));

    [Fact]
    public void Four_numbers_with_points_are_a_version_where_a_version_is_asked_for()
    {
        Assert.NotNull(Net.Of("9.15.0.19", isVersion: false));
        Assert.Null(Net.Of("9.15.0.19", isVersion: true));
        Assert.NotNull(Net.Of("9.15.0.19 of 张三", isVersion: true));
    }
}
