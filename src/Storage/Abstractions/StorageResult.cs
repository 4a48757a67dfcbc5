namespace Hpc.Storage;

/// <summary>The outcome of an operation that returns no value: success, or a <see cref="StorageError"/>.</summary>
/// <param name="Error">Why it failed; <see cref="StorageError.None"/> on success.</param>
public readonly record struct StorageResult(StorageError Error) : IStorageOutcome<StorageResult>
{
    /// <summary>A successful outcome.</summary>
    public static StorageResult Success => default;

    /// <summary>True if the operation happened.</summary>
    public bool IsSuccess => Error == StorageError.None;

    /// <summary>A failed outcome.</summary>
    public static implicit operator StorageResult(StorageError error) => new(error);

    /// <inheritdoc/>
    public static StorageResult Failed(StorageError error) => new(error);
}

/// <summary>The outcome of an operation: a value, or a <see cref="StorageError"/>.</summary>
public readonly struct StorageResult<T> : IStorageOutcome<StorageResult<T>>
{
    private readonly T _value;

    private StorageResult(T value, StorageError error)
    {
        _value = value;
        Error = error;
    }

    /// <summary>Why the operation failed; <see cref="StorageError.None"/> on success.</summary>
    public StorageError Error { get; }

    /// <summary>True if there is a value.</summary>
    public bool IsSuccess => Error == StorageError.None;

    /// <summary>The value. Throws <see cref="InvalidOperationException"/> if the operation failed.</summary>
    public T Value => IsSuccess ? _value : throw new InvalidOperationException($"No value: the operation failed with {Error}.");

    /// <summary>A successful outcome.</summary>
    public static implicit operator StorageResult<T>(T value) => new(value, StorageError.None);

    /// <summary>A failed outcome.</summary>
    public static implicit operator StorageResult<T>(StorageError error) => new(default!, error);

    /// <inheritdoc/>
    public static StorageResult<T> Failed(StorageError error) => new(default!, error);

    /// <summary>A successful outcome, where the value is known as an interface and the language converts nothing.</summary>
    public static StorageResult<T> FromValue(T value) => new(value, StorageError.None);

    /// <summary>The same outcome without its value.</summary>
    public StorageResult WithoutValue() => new(Error);
}
