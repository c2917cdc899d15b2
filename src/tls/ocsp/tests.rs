mod answers;
mod asking;
mod caching;
mod elements;
mod infrastructure;
mod stapling;
