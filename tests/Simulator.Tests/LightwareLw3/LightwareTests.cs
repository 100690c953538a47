namespace AvGateway.Simulator.Tests.LightwareLw3;

/// <summary>What the transcripts do not show: other clients, the other family, fences that stay open, any cut of the stream.</summary>
public sealed class LightwareTests
{
    private const string Options = """{"inputs":4,"outputs":2,"serialNumber":"1"}""";

    [Fact]
    public void A_change_is_told_to_whoever_has_opened_the_crosspoint_and_to_nobody_else()
    {
        using var bench = new Bench("lightware-lw3", Options);
        var (one, other) = (bench.Connect(), bench.Connect());

        Assert.Equal("o- /MEDIA/VIDEO/XP\r\n", one.Ask("OPEN /MEDIA/VIDEO/XP\r\n"));
        Assert.Equal("mO /MEDIA/VIDEO/XP:switch\r\n", other.Ask("CALL /MEDIA/VIDEO/XP:switch(I3:O2)\r\n"));
        Assert.Equal("CHG /MEDIA/VIDEO/XP.DestinationConnectionList=I1;I3\r\n", one.Take());
        Assert.Equal("c- /MEDIA/VIDEO/XP\r\n", one.Ask("CLOSE /MEDIA/VIDEO/XP\r\n"));
        bench.Press("route", """{"input":2,"output":1}""");
        Assert.Equal("", one.Take());
    }

    [Fact]
    public void MX2_has_its_crosspoint_elsewhere()
    {
        using var bench = new Bench("lightware-lw3", """{"family":"mx2","outputs":2}""");
        var client = bench.Connect();

        Assert.Equal("mO /MEDIA/XP/VIDEO:switch=OK\r\n", client.Ask("CALL /MEDIA/XP/VIDEO:switch(I2:O1)\r\n"));
        Assert.Equal("pr /MEDIA/XP/VIDEO.DestinationConnectionStatus=I2;I1\r\n", client.Ask("GET /MEDIA/XP/VIDEO.DestinationConnectionStatus\r\n"));
        Assert.StartsWith("nE", client.Ask("GET /MEDIA/VIDEO\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_fence_stays_open_and_a_change_stands_inside_of_another()
    {
        using var bench = new Bench("lightware-lw3", Options);
        var client = bench.Connect();
        bench.Switch("open-fences", "1");

        Assert.Equal("{0001\r\npr /.SerialNumber=1\r\n", client.Ask("0001#GET /.SerialNumber\r\n"));
        bench.Switch("change-inside", "true");
        Assert.Equal("{0002\r\npr /.SerialNumber=1\r\nCHG /MEDIA/AUDIO/O1.VolumePercent=55\r\n}\r\n", client.Ask("0002#GET /.SerialNumber\r\n"));
    }

    [Fact]
    public void Routes_survive_the_mains_and_subscriptions_do_not()
    {
        using var bench = new Bench("lightware-lw3", Options);
        bench.Connect().Ask("CALL /MEDIA/VIDEO/XP:switch(I3:O2)\r\n");
        bench.Press("power-cycle");
        bench.Pass("20s");
        var client = bench.Connect();

        Assert.Equal("pr /MEDIA/VIDEO/XP.DestinationConnectionList=I1;I3\r\n", client.Ask("GET /MEDIA/VIDEO/XP.DestinationConnectionList\r\n"));
        bench.Press("route", """{"input":2,"output":1}""");
        Assert.Equal("", client.Take());
    }

    [Fact]
    public void Any_cut_gives_the_same_answers()
    {
        const string whole = "0001#GET /.SerialNumber\r\n0002#CALL /MEDIA/VIDEO/XP:switch(0:O2)\r\n";
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            using var bench = new Bench("lightware-lw3", Options);
            var client = bench.Connect();
            client.Say(whole[..cut]);
            client.Say(whole[cut..]);
            Assert.Equal("{0001\r\npr /.SerialNumber=1\r\n}\r\n{0002\r\nmO /MEDIA/VIDEO/XP:switch\r\n}\r\n", client.Take());
        }
    }
}
