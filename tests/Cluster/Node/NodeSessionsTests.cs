using System.Net;
using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.Node;

namespace Hpc.Cluster.Tests.Node;

public sealed class NodeSessionsTests
{
    private readonly NodeSessions _sessions = new();

    [Fact]
    public void Without_the_engine_who_waits_for_a_place_holds_none_against_the_total()
    {
        HeldPlace[] places = [.. Enumerable.Range(0, 5).Select(static i => Place($"{i}", "ann", maxTotal: 4))];
        Array.ForEach(places, _sessions.Add);
        _sessions.TryOpenAway(places[0], 2).ShouldBe(PlaceReply.Taken);
        _sessions.TryOpenAway(places[1], 2).ShouldBe(PlaceReply.Taken);
        _sessions.TryOpenAway(places[2], 2).ShouldBe(PlaceReply.TotalLimit);
        _sessions.Close("0");
        _sessions.TryOpenAway(places[3], 2).ShouldBe(PlaceReply.Taken);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Without_the_engine_a_node_has_its_part_of_each_limit_whatever_was_before(int seed)
    {
        var random = new Random(seed);
        var open = new Dictionary<string, HeldPlace>();
        for (int i = 0; i < 3_000; i++)
        {
            if (open.Count > 0 && random.Next(3) == 0)
            {
                string id = open.Keys.ElementAt(random.Next(open.Count));
                open.Remove(id);
                _sessions.Close(id);
                continue;
            }

            HeldPlace place = Place($"{i}", $"u{random.Next(4)}", maxOfUser: 6, maxOfHost: 8, maxTotal: 20, host: random.Next(3));
            _sessions.Add(place);
            PlaceReply expected = open.Count >= 10 ? PlaceReply.TotalLimit
                : open.Values.Count(other => other.Session.User == place.Session.User) >= 3 ? PlaceReply.UserLimit
                : open.Values.Count(other => other.Session.Remote.Address.Equals(place.Session.Remote.Address)) >= 4 ? PlaceReply.HostLimit
                : PlaceReply.Taken;
            _sessions.TryOpenAway(place, 2).ShouldBe(expected);
            if (expected == PlaceReply.Taken)
            {
                open.Add(place.Session.Id, place);
            }
            else
            {
                _sessions.Forget(place.Session.Id);
            }
        }
    }

    [Fact]
    public void Sessions_without_a_limit_count_for_those_that_have_one()
    {
        _sessions.AddFree(Place("1", "ann"));
        HeldPlace limited = Place("2", "ann", maxOfUser: 1);
        _sessions.Add(limited);
        _sessions.TryOpenAway(limited, 1).ShouldBe(PlaceReply.UserLimit);
        _sessions.Close("1");
        _sessions.TryOpenAway(limited, 1).ShouldBe(PlaceReply.Taken);
    }

    private static HeldPlace Place(string id, string user, int maxOfUser = 0, int maxOfHost = 0, int maxTotal = 0, int host = 0) =>
        new(new ClusterSession(id, "", user, "SFTP", new IPEndPoint(IPAddress.Parse($"192.0.2.{host}"), 1), default), maxOfUser, maxOfHost, maxTotal);
}
