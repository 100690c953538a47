using AvGateway.Channels.Sms;

namespace AvGateway.Channels.Tests.Sms;

public sealed class SmsPduTests
{
    [Fact]
    public void Parts_are_never_cut_inside_a_character_and_never_more_than_four()
    {
        for (var shift = 0; shift < 3; shift++)
        {
            var text = new string('a', shift) + string.Concat(Enumerable.Repeat("𠮷录", 200));
            var parts = SmsPdu.Split(text);
            Assert.Equal(4, parts.Count);
            Assert.All(parts, p => Assert.InRange(p.Length, 1, 67));
            Assert.All(parts, p => Assert.False(char.IsHighSurrogate(p[^1]) || char.IsLowSurrogate(p[0])));
            Assert.EndsWith("…", parts[^1], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(70, 1)]
    [InlineData(71, 2)]
    [InlineData(134, 2)]
    [InlineData(135, 3)]
    [InlineData(201, 3)]
    [InlineData(202, 4)]
    [InlineData(264, 4)]
    [InlineData(5000, 4)]
    public void A_text_takes_as_many_parts_as_it_needs(int length, int parts)
    {
        var text = new string('录', length);
        var split = SmsPdu.Split(text);
        Assert.Equal(parts, split.Count);
        if (length <= 264) Assert.Equal(text, string.Concat(split));
    }

    [Fact]
    public void A_centre_of_its_own_stands_before_the_message_and_does_not_count()
    {
        // TS 27.005 §3.1: <length> leaves the service centre out. Centre +8613800100500 of China Mobile Beijing.
        var pdu = SmsPdu.Encode("+8613800100500", "10086", ["A"], 0, 0, wantsReport: true, out var length);
        Assert.Equal("0891683108100005F0" + "31000581" + "0180F6" + "00082F020041", pdu);
        Assert.Equal(13, length);
    }

    [Theory]
    [InlineData("000607 05 81 0180F6 62119212030023 62119212030023 00", 7, 0x00)]
    [InlineData("0891683108100005F0 06FF 0D91 683108108300F0 62119212030023 62119212030023 46", 255, 0x46)]
    public void A_status_report_tells_which_part_and_how_it_ended(string hex, int reference, int status)
    {
        var report = SmsPdu.ReadReport(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(((byte)reference, (byte)status), (report!.Value.Reference, report.Value.Status));
    }

    [Fact]
    public void Whatever_a_modem_says_is_a_report_or_none()
    {
        var random = new Random(20261129);
        for (var round = 0; round < 5000; round++)
        {
            var bytes = new byte[random.Next(60)];
            random.NextBytes(bytes);
            var hex = Convert.ToHexString(bytes);
            _ = SmsPdu.ReadReport(hex);
            _ = SmsPdu.ReadReport(hex + "0");
            _ = SmsPdu.ReadReport(hex + "zz");
        }

        Assert.Null(SmsPdu.ReadReport(""));
    }

    [Theory]
    [InlineData("+8613800138000", true)]
    [InlineData("10086", true)]
    [InlineData("", false)]
    [InlineData("12", false)]
    [InlineData("+86 138", false)]
    [InlineData("10086\";AT+CMGD=1", false)]
    [InlineData("10086\r", false)]
    [InlineData("1234567890123456", false)]
    [InlineData("１２３４５", false)]
    public void Only_a_number_is_dialled(string number, bool isGood) => Assert.Equal(isGood, PhoneNumber.Check(number) is null);
}
