using Hpc.Actors.Defender;
using Npgsql;

namespace Hpc.Actors.Cluster.Postgres;

// Requests as arrays, and answers from rows.
public sealed partial class PostgresEngine
{
    private const string TickStatement = 
        "SELECT t.*, hpc_cluster_next_lease_end($1) FROM hpc_cluster_tick($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) AS t";
    private const string JoinStatement = "SELECT * FROM hpc_cluster_join($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)";
    private const string OpenStatement = "SELECT hpc_cluster_open($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

    private const int Answered = 0;
    private const int OutOfOrder = 2;

    private static async Task<TickReply> TickAsync(NpgsqlConnection connection, TickRequest request, CancellationToken ct)
    {
        NpgsqlCommand command = Parameters.Command(connection, TickStatement)
            .Text(request.Node.Name).Number(request.Node.Epoch).Number(request.Sequence).Number(request.Cursor)
            .Texts(request.Shares, static demand => demand.Scope)
            .Numbers(request.Shares, static demand => demand.Limit)
            .Numbers(request.Shares, static demand => demand.InForce)
            .Numbers(request.Shares, static demand => demand.Wanted)
            .Ints(request.Shares, static demand => demand.Weight)
            .Texts(request.ReleasedShares)
            .Texts(request.Opened, static session => session.Id)
            .Texts(request.Opened, static session => session.User)
            .Texts(request.Opened, static session => session.Protocol)
            .Texts(request.Opened, static session => session.Remote.ToString())
            .Texts(request.Opened, static session => HostKey.Of(session.Remote.Address).ToString())
            .Texts(request.Closed)
            .Texts(request.Scores, static score => score.Host)
            .Ints(request.Scores, static score => score.Points)
            .Bools(request.Scores, static score => score.HasReturned);
        return (await ReadAllAsync(command, reader => ReadTick(reader, request), ct).ConfigureAwait(false))[0];
    }

    private static TickReply ReadTick(NpgsqlDataReader reader, TickRequest request)
    {
        int outcome = reader.GetInt32(0);
        if (outcome == OutOfOrder)
        {
            throw new ClusterSequenceException(request.Node, request.Sequence, reader.GetInt64(9));
        }

        if (outcome != Answered)
        {
            return new TickReply { IsFenced = true, Nodes = reader.GetInt32(11), Now = reader.GetFieldValue<DateTimeOffset>(14) };
        }

        DateTimeOffset now = reader.GetFieldValue<DateTimeOffset>(14);
        return new TickReply
        {
            Grants = ReadGrants(reader, request),
            Notices = ReadNotices(reader, now),
            Cursor = reader.GetInt64(9),
            HasMore = reader.GetBoolean(10),
            Nodes = reader.GetInt32(11),
            IsLeader = reader.GetBoolean(12),
            AwayPart = reader.GetInt32(13),
            NextLeaseEnd = reader.IsDBNull(15) ? null : reader.GetTimeSpan(15),
            Now = now,
        };
    }

    // Those of the demands come in their order, without their names.
    private static ShareGrant[] ReadGrants(NpgsqlDataReader reader, TickRequest request)
    {
        long[] rates = ReadArray<long>(reader, 1);
        int[] nodes = ReadArray<int>(reader, 2);
        string[] moreScopes = ReadArray<string>(reader, 3);
        long[] moreRates = ReadArray<long>(reader, 4);
        int[] moreNodes = ReadArray<int>(reader, 5);
        if (rates.Length != request.Shares.Count)
        {
            throw new PostgresEngineException("The cluster's database answered another number of grants than there were demands.");
        }

        var grants = new ShareGrant[rates.Length + moreScopes.Length];
        for (int i = 0; i < rates.Length; i++)
        {
            grants[i] = new ShareGrant(request.Shares[i].Scope, rates[i], nodes[i]);
        }

        for (int i = 0; i < moreScopes.Length; i++)
        {
            grants[rates.Length + i] = new ShareGrant(moreScopes[i], moreRates[i], moreNodes[i]);
        }

        return grants;
    }

    private static ClusterNotice[] ReadNotices(NpgsqlDataReader reader, DateTimeOffset now)
    {
        if (reader.IsDBNull(6))
        {
            return [];
        }

        short[] kinds = ReadArray<short>(reader, 6);
        string[] keys = ReadArray<string>(reader, 7);
        DateTime?[] untils = reader.GetFieldValue<DateTime?[]>(8);
        var notices = new ClusterNotice[kinds.Length];
        for (int i = 0; i < notices.Length; i++)
        {
            DateTimeOffset? until = untils[i] is { } end ? new DateTimeOffset(end) : null;
            notices[i] = new ClusterNotice((ClusterNoticeKind)kinds[i], keys[i], until, until > now ? until.Value - now : TimeSpan.Zero);
        }

        return notices;
    }

    private static T[] ReadArray<T>(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? [] : reader.GetFieldValue<T[]>(column);

    private static async Task<PlaceReply> OpenAsync(NpgsqlConnection connection, PlaceRequest request, CancellationToken ct)
    {
        HeldPlace place = request.Place;
        NpgsqlCommand command = Parameters.Command(connection, OpenStatement)
            .Text(request.Node.Name).Number(request.Node.Epoch)
            .Text(place.Session.Id).Text(place.Session.User).Text(place.Session.Protocol)
            .Text(place.Session.Remote.ToString()).Text(HostKey.Of(place.Session.Remote.Address).ToString())
            .Int(place.MaxOfUser).Int(place.MaxOfHost).Int(place.MaxTotal)
            .Texts(request.Closed);
        return (await ReadAllAsync(command, static reader => (PlaceReply)reader.GetInt32(0), ct).ConfigureAwait(false))[0];
    }

    private static async Task<JoinReply> JoinAsync(NpgsqlConnection connection, JoinRequest request, CancellationToken ct)
    {
        DefenderParameters? defender = request.Defender;
        NpgsqlCommand command = Parameters.Command(connection, JoinStatement)
            .Text(request.Node.Name).Number(request.Node.Epoch).Span(request.ShareLease).Span(request.NodeLease)
            .Text(request.Version).Text(request.Address).Number(request.Cursor)
            .Texts(request.Sessions, static place => place.Session.Id)
            .Texts(request.Sessions, static place => place.Session.User)
            .Texts(request.Sessions, static place => place.Session.Protocol)
            .Texts(request.Sessions, static place => place.Session.Remote.ToString())
            .Texts(request.Sessions, static place => HostKey.Of(place.Session.Remote.Address).ToString())
            .Ints(request.Sessions, static place => place.MaxOfUser)
            .Ints(request.Sessions, static place => place.MaxOfHost)
            .Ints(request.Sessions, static place => place.MaxTotal)
            .Int(defender?.Threshold).Span(defender?.Window).Span(defender?.BanTime).Span(defender?.Increment).Int(defender?.MaxHosts)
            .Int(Math.Clamp(request.AwayPart, 0, ClusterRules.AwayWhole));
        return (await ReadAllAsync(command, ReadJoin, ct).ConfigureAwait(false))[0];
    }

    private static JoinReply ReadJoin(NpgsqlDataReader reader) => new()
    {
        IsStale = reader.GetInt32(0) != 0,
        LastEpoch = reader.GetInt64(1),
        Cursor = reader.GetInt64(2),
        HasMissed = reader.GetBoolean(3),
        Bans = ReadBans(reader),
        Refused = ReadArray<string>(reader, 4),
        AwayPart = reader.GetInt32(5),
        Nodes = reader.GetInt32(6),
    };

    private static ClusterBan[] ReadBans(NpgsqlDataReader reader)
    {
        string[] hosts = ReadArray<string>(reader, 7);
        DateTime[] untils = ReadArray<DateTime>(reader, 8);
        DateTimeOffset now = reader.GetFieldValue<DateTimeOffset>(9);
        var bans = new ClusterBan[hosts.Length];
        for (int i = 0; i < bans.Length; i++)
        {
            var until = new DateTimeOffset(untils[i]);
            bans[i] = new ClusterBan(hosts[i], until > now ? until - now : TimeSpan.Zero, until);
        }

        return bans;
    }

    private static NpgsqlCommand BansCommand(NpgsqlConnection connection, string? after, int limit) =>
        Parameters.Command(connection, "SELECT host, until_at, left_over FROM hpc_cluster_list_bans($1, $2)").Text(after).Int(limit);

    private static ClusterBan ReadBan(NpgsqlDataReader reader) =>
        new(reader.GetString(0), reader.GetFieldValue<TimeSpan>(2), reader.GetFieldValue<DateTimeOffset>(1));
}
