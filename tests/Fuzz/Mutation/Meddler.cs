namespace Hpc.Fuzz.Tests.Mutation;

/// <summary>Stands between the honest peer and the wire, and changes what the plan wants changed.</summary>
internal sealed class Meddler(FuzzPlan plan)
{
    private const int MaxRemembered = 16;

    private readonly Random _random = new(plan.Seed ^ 0x5EED);
    private readonly List<byte[]> _sent = [];
    private byte[]? _held;
    private byte[]? _lastFrame;

    /// <summary>True once the server may wait for something that does not come, so that honest waiting makes no sense.</summary>
    public bool HasMeddled { get; private set; }

    /// <summary>What is sent instead of this payload.</summary>
    public IEnumerable<byte[]> Payloads(FuzzStage stage, byte[] payload)
    {
        byte[]? held = _held;
        _held = null;
        foreach (byte[] changed in Applies(stage, FuzzLayer.Payload) ? Change(payload) : [payload])
        {
            yield return changed;
        }

        if (held is not null)
        {
            yield return held;
        }

        Remember(payload);
    }

    /// <summary>A frame before it is sealed: uint32 packet_length, byte padding_length, payload, padding.</summary>
    public void Frame(FuzzStage stage, Span<byte> frame)
    {
        if (!Applies(stage, FuzzLayer.Frame))
        {
            return;
        }

        switch (_random.Next(3))
        {
            case 0:
                frame[4] = (byte)_random.Next(256);
                break;
            case 1:
                System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(frame, ByteMutator.Length(_random));
                break;
            default:
                frame[_random.Next(5)] ^= (byte)(1 << _random.Next(8));
                break;
        }
    }

    /// <summary>Bytes as they go out.</summary>
    public byte[] Wire(FuzzStage stage, byte[] bytes)
    {
        byte[]? last = _lastFrame;
        _lastFrame = bytes;
        if (!Applies(stage, FuzzLayer.Wire))
        {
            return bytes;
        }

        return _random.Next(6) switch
        {
            0 => [.. bytes, .. bytes],
            1 when last is not null => [.. last, .. bytes],
            2 => [],
            _ => ByteMutator.Mutate(_random, bytes),
        };
    }

    /// <summary>One SFTP request as it goes into the stream, its length in front.</summary>
    public byte[] Request(byte[] request)
    {
        if (!Applies(FuzzStage.Sftp, FuzzLayer.Stream))
        {
            return request;
        }

        if (_random.Next(3) != 0)
        {
            // Content alone, in a frame that fits: the parsers of the fields.
            byte[] body = ByteMutator.Mutate(_random, request.AsSpan(4));
            byte[] framed = [0, 0, 0, 0, .. body];
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(framed, (uint)body.Length);
            return framed;
        }

        return ByteMutator.Mutate(_random, request);
    }

    /// <summary>One SCP record, its content behind.</summary>
    public byte[] Record(byte[] record) => Applies(FuzzStage.Sftp, FuzzLayer.Stream) ? ByteMutator.Mutate(_random, record) : record;

    private IEnumerable<byte[]> Change(byte[] payload)
    {
        switch (_random.Next(8))
        {
            case 0:
                return [payload, payload];
            case 1:
                _held = payload;
                return [];
            case 2:
                return [];
            case 3:
                return [Stranger(), payload];
            case 4 when _sent.Count > 0:
                return [_sent[_random.Next(_sent.Count)], payload];
            case 5:
                return [Stranger()];
            default:
                return [ByteMutator.Mutate(_random, payload)];
        }
    }

    // Any message number with any body.
    private byte[] Stranger() => [(byte)_random.Next(256), .. ByteMutator.Bytes(_random, _random.Next(0, 80))];

    private void Remember(byte[] payload)
    {
        if (_sent.Count < MaxRemembered)
        {
            _sent.Add(payload);
        }
        else
        {
            _sent[_random.Next(MaxRemembered)] = payload;
        }
    }

    private bool Applies(FuzzStage stage, FuzzLayer layer)
    {
        if ((plan.Stages & stage) == 0 || (plan.Layers & layer) == 0 || _random.NextDouble() >= plan.Rate)
        {
            return false;
        }

        HasMeddled = true;
        return true;
    }
}
